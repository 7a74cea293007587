// A worker for the tests of the pool: what it "scans" tells it how to misbehave.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/sandbox/channel.h"
#include "daemon/sandbox/serve.h"

namespace {

using namespace credence;

// The worker's own socket: the one descriptor beside the standard ones that was
// open before the job's. No constant, since the server closes its own in the worker.
int worker_socket() {
  for (int fd = kForkServerSocket;; ++fd) {
    struct stat status {};
    if (::syscall(SYS_fstat, fd, &status) == 0 && S_ISSOCK(status.st_mode)) return fd;
  }
}

[[noreturn]] void hang() {
  std::atomic<int> steps = 0;
  for (;;) ++steps;
}

// What was attempted, and that it did not work.
std::string attempt(std::string_view what) {
  const auto outcome = [](bool worked) { return worked ? "worked" : "denied"; };
  if (what == "open") return outcome(::open("/etc/hostname", O_RDONLY) >= 0);
  if (what == "create") return outcome(::open("/tmp/credence-test", O_CREAT | O_WRONLY, 0600) >= 0);
  if (what == "socket") return outcome(::socket(AF_INET, SOCK_STREAM, 0) >= 0);
  if (what == "fork") return outcome(::fork() >= 0);
  if (what == "executable") {
    return outcome(::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
  }
  if (what == "kill parent") return outcome(::kill(::getppid(), 0) == 0);
  return "unknown";
}

Report scan(const Artifact& artifact) {
  const std::string_view text = artifact.bytes.text();
  Report report;
  report.size = artifact.bytes.size();
  report.layers.push_back({0, 0, 0, Derivation::kArtifact, MediaKind::kText, artifact.bytes.size(),
                           std::string(artifact.name)});
  if (text == "crash") std::abort();
  if (text == "segfault") ::raise(SIGSEGV);
  if (text == "hang") hang();
  if (text == "exit") ::_exit(0);
  if (text == "allocate") {
    std::vector<char> memory(3ULL << 30, 'x');
    report.size += memory[memory.size() / 2] == 'y' ? 1 : 0;
  }
  if (text == "nonsense") {
    static_cast<void>(
        send_frame(worker_socket(), FrameType::kReport, "\x01nonsense", -1, kNoDeadline));
  }
  if (text == "no frame" && ::write(worker_socket(), "\xFF\xFF\xFF\xFF\xFF\xFF", 6) != 6) {
    std::abort();
  }
  if (text.starts_with("try ")) report.layers[0].path = attempt(text.substr(4));
  if (text.starts_with("echo ")) {
    report.layers[0].path = artifact.records.text_field + "|" + artifact.records.id_field + "|" +
                            (artifact.is_chunk ? "chunk" : "document") + "|" +
                            std::to_string(artifact.size);
  }
  return report;
}

// The engine's configuration tells how to start.
Result<WorkerEngine> build(const SetupMessage& setup) {
  const std::string& how = setup.engine.rules_dir;
  if (how == "refuse") return Error(ErrorCode::kInvalidArgument, "rule file is broken");
  if (how == "die") std::abort();
  if (how == "sleep") std::this_thread::sleep_for(std::chrono::seconds(600));
  Digest digest;
  digest.bytes[0] = static_cast<std::uint8_t>(how.size());
  return WorkerEngine{digest, setup.engine.limits, scan};
}

}  // namespace

int main() { std::_Exit(run_fork_server(kForkServerSocket, build)); }
