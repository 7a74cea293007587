#include "daemon/sandbox/worker_pool.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/sandbox/channel.h"

namespace credence {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

WorkerPoolOptions test_options(std::uint32_t workers = 1) {
  WorkerPoolOptions options;
  options.worker_path = CREDENCE_TEST_WORKER;
  options.workers = workers;
  options.engine.limits.deadline_ms = 200;
  options.grace_ms = 200;
  options.wait_ms_max = 20'000;
  return options;
}

std::unique_ptr<WorkerPool> make_pool(const WorkerPoolOptions& options) {
  auto pool = WorkerPool::create(options);
  REQUIRE(pool.ok());
  return std::move(*pool);
}

Report scan(WorkerPool& pool, std::string_view text) {
  const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = "sample.txt";
  return pool.scan_or_gap(artifact);
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

// Children of a process, zombies included.
std::vector<pid_t> children_of(const std::string& process) {
  std::vector<pid_t> out;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + process + "/task")) {
    std::ifstream in(task.path() / "children");
    for (pid_t pid = 0; in >> pid;) out.push_back(pid);
  }
  return out;
}

template <typename Condition>
bool eventually(Condition condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

bool is_gone(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end + 1).starts_with(" Z");
}

}  // namespace

TEST_CASE("a worker scans what it is handed") {
  const auto pool = make_pool(test_options());
  const PaddedBuffer buffer = PaddedBuffer::copy_of("echo x");
  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = "sample.txt";
  artifact.size = 99;
  artifact.is_chunk = true;
  artifact.records = {"text", "id"};
  auto report = pool->scan(artifact);
  REQUIRE(report.ok());
  CHECK(report->coverage == Coverage::kComplete);
  CHECK(report->size == 99);
  REQUIRE(report->layers.size() == 1);
  CHECK(report->layers[0].path == "text|id|chunk|99");
  CHECK(pool->stats().scanned == 1);
}

TEST_CASE("a file is handed over by its descriptor") {
  const auto pool = make_pool(test_options());
  const std::string path = std::filesystem::temp_directory_path() / "credence-pool-test.txt";
  std::ofstream(path) << "echo file";
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  Artifact artifact;
  artifact.size = 9;
  auto whole = pool->scan_file(file.get(), artifact);
  REQUIRE(whole.ok());
  CHECK(whole->coverage == Coverage::kComplete);
  CHECK(whole->layers[0].size == 9);
  artifact.size = 10;
  auto cut = pool->scan_file(file.get(), artifact);
  REQUIRE(cut.ok());
  CHECK(cut->coverage == Coverage::kPartial);
  CHECK(cut->notes[0].reason == CoverageReason::kChanged);
  const UniqueFd folder(::open("/tmp", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(pool->scan_file(folder.get(), artifact).ok());
  std::filesystem::remove(path);
}

TEST_CASE("a worker that misbehaves is a gap, and the next scan works") {
  const bool sanitized = !make_pool(test_options())->stats().lockdown.seccomp;
  const struct {
    const char* text;
    CoverageReason reason;
    bool always;  // also in builds with a sanitizer
  } cases[] = {
      {"crash", CoverageReason::kWorkerCrashed, true},
      {"segfault", CoverageReason::kWorkerCrashed, true},
      {"exit", CoverageReason::kWorkerCrashed, true},
      {"hang", CoverageReason::kWorkerTimeout, true},
      {"nonsense", CoverageReason::kWorkerCrashed, true},
      {"no frame", CoverageReason::kWorkerCrashed, true},
      {"allocate", CoverageReason::kWorkerCrashed, false},
      {"try open", CoverageReason::kWorkerCrashed, false},
      {"try create", CoverageReason::kWorkerCrashed, false},
      {"try socket", CoverageReason::kWorkerCrashed, false},
      {"try fork", CoverageReason::kWorkerCrashed, false},
      {"try executable", CoverageReason::kWorkerCrashed, false},
      {"try kill parent", CoverageReason::kWorkerCrashed, false},
  };
  const auto pool = make_pool(test_options());
  std::uint64_t gaps = 0;
  for (const auto& c : cases) {
    if (sanitized && !c.always) continue;
    CAPTURE(c.text);
    const Report report = scan(*pool, c.text);
    CHECK(report.coverage == Coverage::kSkipped);
    REQUIRE(report.notes.size() == 1);
    CAPTURE(report.notes[0].detail);
    CHECK(report.notes[0].reason == c.reason);
    CHECK(report.size == std::string_view(c.text).size());
    CHECK(scan(*pool, "harmless").coverage == Coverage::kComplete);
    ++gaps;
  }
  const WorkerPoolStats stats = pool->stats();
  CHECK(stats.crashed + stats.timed_out == gaps);
  CHECK(stats.timed_out == 1);
  CHECK(stats.scanned == gaps);
}

TEST_CASE("the system calls that are not allowed end the worker by SIGSYS") {
  const auto pool = make_pool(test_options());
  if (!pool->stats().lockdown.seccomp) return;
  const Report report = scan(*pool, "try open");
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes[0].detail.find("signal 31") != std::string::npos);
}

// Landlock stands behind seccomp; where seccomp is off (sanitizers), it shows.
TEST_CASE("files cannot be opened even where system calls are not filtered") {
  const auto pool = make_pool(test_options());
  const Lockdown lockdown = pool->stats().lockdown;
  CHECK(lockdown.no_new_privileges);
  CHECK(lockdown.capabilities);
  if (lockdown.seccomp || lockdown.landlock_abi == 0) return;
  CHECK(scan(*pool, "try open").layers.at(0).path == "denied");
  CHECK(scan(*pool, "try create").layers.at(0).path == "denied");
}

TEST_CASE("a worker is replaced after its share of artifacts") {
  WorkerPoolOptions options = test_options();
  options.artifacts_max = 3;
  const auto pool = make_pool(options);
  for (int i = 0; i < 7; ++i) CHECK(scan(*pool, "x").coverage == Coverage::kComplete);
  CHECK(pool->stats().started == 3);
  CHECK(pool->stats().crashed == 0);
}

TEST_CASE("a reload replaces every worker") {
  WorkerPoolOptions options = test_options(2);
  const auto pool = make_pool(options);
  CHECK(pool->stats().started == 2);
  REQUIRE(pool->reload(options.engine, std::nullopt).ok());
  CHECK(pool->stats().live == 0);
  CHECK(scan(*pool, "x").coverage == Coverage::kComplete);
  CHECK(pool->stats().started == 3);
}

TEST_CASE("a worker that cannot start is said, and ends no scan in silence") {
  WorkerPoolOptions options = test_options();
  SUBCASE("its rules are broken") {
    options.engine.rules_dir = "refuse";
    const auto pool = WorkerPool::create(options);
    REQUIRE_FALSE(pool.ok());
    CHECK(pool.error().message().ends_with("rule file is broken"));
  }
  SUBCASE("it crashes") {
    options.engine.rules_dir = "die";
    CHECK_FALSE(WorkerPool::create(options).ok());
  }
  SUBCASE("it takes too long") {
    options.engine.rules_dir = "sleep";
    options.start_ms_max = 100;
    CHECK_FALSE(WorkerPool::create(options).ok());
  }
  SUBCASE("it does not exist") {
    options.worker_path = "/nonexistent";
    CHECK_FALSE(WorkerPool::create(options).ok());
  }
  SUBCASE("its engine is another") {
    options.engine_digest = Digest();
    options.engine.rules_dir = "x";
    CHECK_FALSE(WorkerPool::create(options).ok());
    options.engine.rules_dir = "";
    CHECK(WorkerPool::create(options).ok());
  }
  SUBCASE("after a reload the old workers stay") {
    const auto pool = make_pool(options);
    options.engine.rules_dir = "refuse";
    CHECK_FALSE(pool->reload(options.engine, std::nullopt).ok());
    CHECK(scan(*pool, "x").coverage == Coverage::kComplete);
    CHECK(pool->stats().started == 1);
  }
}

// Ends the fork server from outside, as the kernel does when memory is short.
TEST_CASE("the death of the server or of an idle worker costs no artifact") {
  const auto pool = make_pool(test_options(2));
  for (int round = 0; round < 3; ++round) {
    CAPTURE(round);
    const std::vector<pid_t> servers = children_of("self");
    REQUIRE(servers.size() == 1);
    const std::vector<pid_t> workers = children_of(std::to_string(servers[0]));
    REQUIRE(!workers.empty());
    ::kill(round == 1 ? workers[0] : servers[0], SIGKILL);
    std::this_thread::sleep_for(milliseconds(50));
    for (int i = 0; i < 3; ++i) CHECK(scan(*pool, "x").coverage == Coverage::kComplete);
  }
  CHECK(pool->stats().crashed == 0);
}

TEST_CASE("nothing is left behind: no process, no descriptor") {
  static_cast<void>(make_pool(test_options()));
  const std::size_t before = open_descriptors();
  {
    const auto pool = make_pool(test_options(2));
    for (const char* text : {"x", "crash", "y", "hang", "nonsense", "z"}) {
      static_cast<void>(scan(*pool, text));
    }
  }
  CHECK(open_descriptors() == before);
  CHECK(children_of("self").empty());
}

TEST_CASE("many threads share few workers") {
  WorkerPoolOptions options = test_options(2);
  options.artifacts_max = 20;
  options.engine.limits.deadline_ms = 20'000;
  const auto pool = make_pool(options);
  std::atomic<int> complete = 0;
  std::atomic<int> skipped = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const Report report = scan(*pool, t == 0 && i % 10 == 5 ? "crash" : "harmless");
        ++(report.coverage == Coverage::kComplete ? complete : skipped);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(complete == 198);
  CHECK(skipped == 2);
}

TEST_CASE("a worker dies with its coordinator, even while it hangs") {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  const pid_t coordinator = ::fork();
  if (coordinator == 0) {
    auto server = ForkServer::start(CREDENCE_TEST_WORKER, SetupMessage(), kNoDeadline);
    auto worker = (*server)->spawn();
    const pid_t pid = worker->pid();
    if (::write(pipe[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    const UniqueFd empty(::open("/dev/null", O_RDONLY));
    static_cast<void>(worker->scan({}, empty.get(), kNoDeadline));
    ::pause();
  }
  pid_t worker = -1;
  REQUIRE(::read(pipe[0], &worker, sizeof worker) == sizeof worker);
  CHECK_FALSE(is_gone(worker));
  ::kill(coordinator, SIGKILL);
  ::waitpid(coordinator, nullptr, 0);
  CHECK(eventually([worker] { return is_gone(worker); }));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace credence
