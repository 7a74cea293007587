#include "daemon/sandbox/worker_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/sandbox/report_codec.h"
#include "daemon/sandbox/serve.h"

namespace credence {
namespace {

// What a worker that closed its socket may take to be gone.
constexpr int kDyingMs = 1000;

// What the new process does before it executes the worker.
class SpawnSettings {
 public:
  explicit SpawnSettings(int socket) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, socket, kWorkerSocket);
    posix_spawn_file_actions_addclosefrom_np(&actions_, kWorkerSocket + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setpgroup(&attributes_, 0);  // a terminal's ^C is for the coordinator
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// dup2() onto itself would leave the descriptor to be closed on exec.
Result<UniqueFd> away_from_worker_socket(UniqueFd socket) {
  if (socket.get() != kWorkerSocket) return socket;
  UniqueFd moved(::fcntl(socket.get(), F_DUPFD_CLOEXEC, kWorkerSocket + 1));
  if (!moved) return Error(ErrorCode::kResourceExhausted, std::strerror(errno));
  return moved;
}

ExitStatus exit_status(int status) {
  if (WIFSIGNALED(status)) return {true, WTERMSIG(status)};
  return {false, WEXITSTATUS(status)};
}

}  // namespace

bool ExitStatus::timed_out() const noexcept {
  return by_signal && (value == SIGALRM || value == SIGXCPU);
}

std::string ExitStatus::text() const {
  if (!by_signal) return "exit status " + std::to_string(value);
  const char* const name = ::sigdescr_np(value);
  return "signal " + std::to_string(value) + " (" + (name == nullptr ? "unknown" : name) + ")";
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), socket_(std::move(other.socket_)) {}

WorkerProcess& WorkerProcess::operator=(WorkerProcess&& other) noexcept {
  if (pid_ > 0) kill();
  pid_ = std::exchange(other.pid_, -1);
  socket_ = std::move(other.socket_);
  return *this;
}

WorkerProcess::~WorkerProcess() {
  if (pid_ > 0) kill();
}

Result<WorkerProcess> WorkerProcess::start(const std::string& path, const SetupMessage& setup) {
  auto pair = make_socket_pair();
  if (!pair) return std::move(pair).error();
  auto socket = away_from_worker_socket(std::move(pair->worker));
  if (!socket) return std::move(socket).error();
  const SpawnSettings settings(socket->get());
  std::string name = "credence-worker";
  std::array<char*, 2> arguments{name.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  pid_t pid = -1;
  const int code = ::posix_spawn(&pid, path.c_str(), settings.actions(), settings.attributes(),
                                 arguments.data(), environment.data());
  if (code != 0) {
    return Error(ErrorCode::kUnavailable,
                 "cannot start the worker " + path + ": " + std::strerror(code));
  }
  WorkerProcess worker(pid, std::move(pair->coordinator));
  auto sent = send_frame(worker.socket_.get(), FrameType::kSetup, encode(setup), -1, kNoDeadline);
  if (!sent) return std::move(sent).error();
  return worker;
}

Result<ReadyMessage> WorkerProcess::await_ready(Deadline deadline) {
  auto frame = receive_frame(socket_.get(), kMessageMax, deadline);
  if (!frame) {
    if (frame.error().code() != ErrorCode::kUnavailable) return std::move(frame).error();
    return Error(ErrorCode::kUnavailable, "the worker ended by " + stop().text());
  }
  if (frame->type == FrameType::kFailed) return Error(ErrorCode::kUnavailable, frame->body);
  if (frame->type != FrameType::kReady) {
    return Error(ErrorCode::kCorrupt, "the worker spoke out of turn");
  }
  return decode_ready(frame->body);
}

Result<std::string> WorkerProcess::scan(const JobMessage& job, int fd, Deadline deadline) {
  auto sent = send_frame(socket_.get(), FrameType::kJob, encode(job), fd, deadline);
  if (!sent) return std::move(sent).error();
  auto frame = receive_frame(socket_.get(), kEncodedReportMax, deadline);
  if (!frame) return std::move(frame).error();
  if (frame->type != FrameType::kReport) {
    return Error(ErrorCode::kCorrupt, "the worker spoke out of turn");
  }
  return std::move(frame->body);
}

bool WorkerProcess::is_readable(int ms) const {
  pollfd entry{socket_.get(), POLLIN, 0};
  return ::poll(&entry, 1, ms) > 0;
}

ExitStatus WorkerProcess::stop() {
  socket_.reset();
  for (int waited = 0; waited < kDyingMs; ++waited) {
    // Leaves the process to be reaped below.
    siginfo_t ended{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        ended.si_pid == pid_) {
      return reap();
    }
    ::poll(nullptr, 0, 1);
  }
  return kill();
}

ExitStatus WorkerProcess::kill() {
  ::kill(pid_, SIGKILL);
  return reap();
}

ExitStatus WorkerProcess::reap() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  socket_.reset();
  return exit_status(status);
}

}  // namespace credence
