#include "tests/support/program.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace credence {
namespace {

// One pipe; both ends close with it.
struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_end(std::size_t end) {
    if (ends[end] >= 0) ::close(ends[end]);
    ends[end] = -1;
  }
  std::array<int, 2> ends{-1, -1};  // read, write
};

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
  std::vector<std::string> all = added;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry = *each;
    const std::string_view name = entry.substr(0, entry.find('=') + 1);
    if (std::none_of(added.begin(), added.end(),
                     [&](const std::string& ours) { return ours.starts_with(name); })) {
      all.emplace_back(entry);
    }
  }
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (std::string& each : strings) out.push_back(each.data());
  out.push_back(nullptr);
  return out;
}

// Signals as a shell would hand them over, whatever the test itself ignores.
struct Attributes {
  Attributes() {
    ::posix_spawnattr_init(&value);
    sigset_t defaults;
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&value, &defaults);
    ::posix_spawnattr_setflags(&value, POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  posix_spawnattr_t value;
};

struct Actions {
  Actions() { ::posix_spawn_file_actions_init(&value); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
  posix_spawn_file_actions_t value;
};

pid_t spawn(std::vector<std::string> words, const std::vector<std::string>& added,
            const Actions& actions) {
  std::vector<std::string> environment = environment_with(added);
  const Attributes attributes;
  pid_t child = -1;
  const int failed = ::posix_spawn(&child, words[0].c_str(), &actions.value, &attributes.value,
                                   pointers(words).data(), pointers(environment).data());
  if (failed != 0) throw std::runtime_error("cannot run " + words[0]);
  return child;
}

// Appends what is there to read; closes the pipe at its end.
void take(Pipe& pipe, std::string& text) {
  std::array<char, 16384> block;
  const ssize_t got = ::read(pipe.ends[0], block.data(), block.size());
  if (got > 0) {
    text.append(block.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    pipe.close_end(0);
  }
}

void give(Pipe& pipe, std::string_view text, std::size_t& given) {
  const ssize_t put =
      given < text.size() ? ::write(pipe.ends[1], text.data() + given, text.size() - given) : 0;
  if (put > 0) given += static_cast<std::size_t>(put);
  if (given == text.size() || (put < 0 && errno != EINTR && errno != EAGAIN)) pipe.close_end(1);
}

}  // namespace

ProgramResult run_program(const std::vector<std::string>& words, const ProgramOptions& options) {
  struct IgnorePipeSignal {
    IgnorePipeSignal() : before(std::signal(SIGPIPE, SIG_IGN)) {}
    ~IgnorePipeSignal() { std::signal(SIGPIPE, before); }
    void (*before)(int);
  } ignore;
  Pipe in;
  Pipe out;
  Pipe err;
  ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
  Actions actions;
  ::posix_spawn_file_actions_adddup2(&actions.value, in.ends[0], STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, out.ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions.value, err.ends[1], STDERR_FILENO);
  if (!options.folder.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions.value, options.folder.c_str());
  }
  const pid_t child = spawn(words, options.environment, actions);
  in.close_end(0);
  out.close_end(1);
  err.close_end(1);

  ProgramResult result;
  std::size_t given = 0;
  const auto deadline = std::chrono::steady_clock::now() + options.limit;
  while (out.ends[0] >= 0 || err.ends[0] >= 0) {
    std::array<pollfd, 3> waits = {
        {{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
    ::poll(waits.data(), waits.size(), 100);
    if (waits[0].revents != 0) give(in, options.input, given);
    if (waits[1].revents != 0) take(out, result.out);
    if (waits[2].revents != 0) take(err, result.err);
    if (options.close_output_early && !result.out.empty()) out.close_end(0);
    if (std::chrono::steady_clock::now() > deadline && !result.timed_out) {
      result.timed_out = true;
      ::kill(child, SIGKILL);
    }
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

}  // namespace credence
