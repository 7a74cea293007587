// A process that commits is killed at random moments, again and again: nothing it
// acknowledged is lost, nothing stands twice in the audit log.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <set>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "index/store/rocksdb_store.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::numbered_commit;

constexpr int kKills = 40;
constexpr std::uint64_t kNumbersPerRound = 1'000'000;

// A running store_writer, killed with the object.
class Writer {
 public:
  Writer(const std::filesystem::path& path, std::uint64_t first) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string arguments[] = {CREDENCE_STORE_WRITER, path.string(), std::to_string(first), "3"};
    char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(),
                    arguments[3].data(), nullptr};
    REQUIRE(::posix_spawn(&process_, argv[0], &actions, nullptr, argv, environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Writer() {
    kill();
    ::close(output_);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  [[nodiscard]] pid_t process() const noexcept { return process_; }

  // The next number it acknowledged; false once it is dead and all was read.
  bool next(std::uint64_t& number) {
    return ::read(output_, &number, sizeof number) == static_cast<ssize_t>(sizeof number);
  }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(process_, &status, 0) == process_);
    CHECK(WIFSIGNALED(status));
    process_ = 0;
  }

 private:
  pid_t process_ = 0;
  int output_ = -1;
};

void check_sound(const std::filesystem::path& path, const std::set<std::uint64_t>& acknowledged) {
  auto store = open_rocksdb_store({.path = path, .digest = fake_digest});
  REQUIRE_MESSAGE(store.ok(), store.error().message());
  std::set<std::string> queued;
  REQUIRE((*store)
              ->each_work([&](const WorkItem& item) {
                queued.insert(item.uri);
                return true;
              })
              .ok());
  for (const std::uint64_t n : acknowledged) {
    CAPTURE(n);
    const ArtifactCommit commit = numbered_commit(n, 3);
    CHECK((*store)->verdict(commit.verdict.digest)->has_value());
    for (const ChunkVerdict& chunk : commit.chunks) {
      CHECK((*store)->chunk(chunk.digest)->has_value());
    }
    CHECK_FALSE(queued.contains(commit.uri));
  }
  std::set<std::string> subjects;
  std::size_t entries = 0;
  REQUIRE((*store)
              ->each_audit(0,
                           [&](const AuditEntry& entry) {
                             subjects.insert(entry.subject);
                             return ++entries > 0;
                           })
              .ok());
  CHECK(subjects.size() == entries);
  CHECK(entries >= acknowledged.size());
  const auto defects = (*store)->verify();
  REQUIRE(defects.ok());
  CHECK(defects->empty());
}

TEST_CASE("kill -9 while committing") {
  const char* given = std::getenv("CREDENCE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  MESSAGE("CREDENCE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const testing::TemporaryDirectory directory;
  const std::filesystem::path path = directory.path() / "store";
  std::set<std::uint64_t> acknowledged;
  for (std::uint64_t round = 1; round <= kKills; ++round) {
    CAPTURE(round);
    Writer writer(path, round * kNumbersPerRound);
    std::uint64_t number = 0;
    // Some rounds die while the store is being opened.
    const bool wait_for_first = random() % 5 != 0;
    if (wait_for_first && writer.next(number)) acknowledged.insert(number);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    writer.kill();
    while (writer.next(number)) acknowledged.insert(number);
    check_sound(path, acknowledged);
  }
  MESSAGE("acknowledged: ", acknowledged.size());
  CHECK(acknowledged.size() >= kKills / 2);
}

TEST_CASE("a store that another process has open is told, with its name") {
  const testing::TemporaryDirectory directory;
  Writer writer(directory.path() / "store", 1);
  std::uint64_t number = 0;
  REQUIRE(writer.next(number));
  const auto store =
      open_rocksdb_store({.path = directory.path() / "store", .digest = fake_digest});
  REQUIRE_FALSE(store.ok());
  CHECK(store.error().code() == ErrorCode::kUnavailable);
  CHECK(store.error().message().find("(process " + std::to_string(writer.process()) + ")") !=
        std::string::npos);
}

}  // namespace
}  // namespace credence
