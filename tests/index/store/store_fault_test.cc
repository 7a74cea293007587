// The store on a disk that fails at its 1st, 2nd, 3rd … write, is cut off, or is
// full: what was acknowledged is there afterwards, whole; what was not is there
// whole or not at all.
#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <rocksdb/env.h>
#include <rocksdb/system_clock.h>

#include "index/store/keyed_store.h"
#include "index/store/rocksdb_key_value.h"
#include "tests/index/store/faulty_file_system.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::FaultyFileSystem;
using testing::numbered_commit;
using testing::numbered_digest;

constexpr std::uint64_t kCommits = 24;
constexpr std::size_t kChunks = 3;

// RocksDB waits a second after a failed flush; nobody else sleeps on its clock here.
class SleeplessClock final : public rocksdb::SystemClockWrapper {
 public:
  using SystemClockWrapper::SystemClockWrapper;
  const char* Name() const override { return "SleeplessClock"; }
  void SleepForMicroseconds(int) override { std::this_thread::yield(); }
};

class SleeplessEnv final : public rocksdb::EnvWrapper {
 public:
  explicit SleeplessEnv(const std::shared_ptr<rocksdb::FileSystem>& files)
      : EnvWrapper(rocksdb::NewCompositeEnv(files)) {
    file_system_ = files;
    system_clock_ = std::make_shared<SleeplessClock>(rocksdb::SystemClock::Default());
  }
};

class Disk {
 public:
  Disk()
      : files_(std::make_shared<FaultyFileSystem>(rocksdb::FileSystem::Default())),
        env_(std::make_unique<SleeplessEnv>(files_)) {}

  Result<std::unique_ptr<VerdictStore>> open() {
    // Small memtables, so that tables and manifests are written in between too.
    auto base = open_rocksdb_key_value({.path = directory_.path() / "store",
                                        .digest = fake_digest,
                                        .memtable_bytes = 64U << 10,
                                        .log_bytes_max = 64U << 10},
                                       env_.get());
    if (!base) return std::move(base).error();
    return KeyedStore::open(*std::move(base), fake_digest, false);
  }

  // The power goes; then the disk works again.
  void lose_power(std::unique_ptr<VerdictStore> store) {
    files_->power_off();
    store.reset();
    files_->power_on();
  }

  [[nodiscard]] FaultyFileSystem& files() noexcept { return *files_; }

 private:
  testing::TemporaryDirectory directory_;
  std::shared_ptr<FaultyFileSystem> files_;
  std::unique_ptr<rocksdb::Env> env_;
};

ArtifactCommit bulky_commit(std::uint64_t n) {
  ArtifactCommit commit = numbered_commit(n, kChunks);
  commit.verdict.report_json.assign(4000, static_cast<char>('a' + n % 26));
  return commit;
}

// All of commit `n` is there, or none of it; returns which.
bool is_there(const VerdictStore& store, std::uint64_t n) {
  const ArtifactCommit commit = bulky_commit(n);
  const bool there = store.verdict(commit.verdict.digest)->has_value();
  for (const ChunkVerdict& chunk : commit.chunks) {
    CHECK(store.chunk(chunk.digest)->has_value() == there);
  }
  CHECK(store.uri(commit.uri)->has_value() == there);
  CHECK(store.caller_id(commit.caller_ids[0])->has_value() == there);
  return there;
}

void check_sound(const VerdictStore& store, const std::set<std::uint64_t>& acknowledged) {
  for (std::uint64_t n = 0; n < kCommits; ++n) {
    CAPTURE(n);
    const bool there = is_there(store, n);
    if (acknowledged.contains(n)) CHECK(there);
  }
  const auto defects = store.verify();
  REQUIRE(defects.ok());
  CHECK(defects->empty());
}

enum class OnFailure { kGoOn, kStop };

// Returns what was acknowledged.
std::set<std::uint64_t> work(VerdictStore& store, OnFailure on_failure) {
  std::set<std::uint64_t> acknowledged;
  for (std::uint64_t n = 0; n < kCommits; ++n) {
    const ArtifactCommit commit = bulky_commit(n);
    if (store.commit({&commit, 1}).ok()) {
      acknowledged.insert(n);
    } else if (on_failure == OnFailure::kStop) {
      break;
    }
  }
  return acknowledged;
}

struct Sweep {
  FaultyFileSystem::Fault fault;
  std::uint64_t following;  // writes that fail after the nth
  OnFailure on_failure;
};

void fail_each_write(const Sweep& sweep) {
  for (std::uint64_t nth = 1;; ++nth) {
    CAPTURE(nth);
    Disk disk;
    disk.files().fail_at(nth, sweep.fault, sweep.following);
    auto opened = disk.open();
    std::set<std::uint64_t> acknowledged;
    std::unique_ptr<VerdictStore> store;
    if (opened.ok()) {
      store = *std::move(opened);
      acknowledged = work(*store, sweep.on_failure);
    }
    const bool failed = disk.files().failed();
    disk.lose_power(std::move(store));
    auto again = disk.open();
    REQUIRE_MESSAGE(again.ok(), again.error().message());
    check_sound(**again, acknowledged);
    if (!failed) {
      CHECK(acknowledged.size() == kCommits);
      MESSAGE("writes of a run: at most ", nth - 1);
      return;
    }
    // Whatever happened, the reopened store takes commits.
    const ArtifactCommit commit = bulky_commit(kCommits);
    CHECK((*again)->commit({&commit, 1}).ok());
  }
}

TEST_CASE("one input/output error, then power loss") {
  fail_each_write({FaultyFileSystem::Fault::kIoError, 0, OnFailure::kGoOn});
}

TEST_CASE("input/output errors from some write on, then power loss") {
  fail_each_write({FaultyFileSystem::Fault::kIoError, UINT64_MAX - 1, OnFailure::kStop});
}

TEST_CASE("a write finds no space, then power loss") {
  fail_each_write({FaultyFileSystem::Fault::kNoSpace, 0, OnFailure::kGoOn});
}

TEST_CASE("a full disk is told, loses nothing, and writing goes on once there is room") {
  Disk disk;
  auto store = disk.open();
  REQUIRE(store.ok());
  const ArtifactCommit before = bulky_commit(0);
  REQUIRE((*store)->commit({&before, 1}).ok());

  disk.files().fail_all(FaultyFileSystem::Fault::kNoSpace);
  const ArtifactCommit refused = bulky_commit(1);
  for (int i = 0; i < 3; ++i) {
    const auto full = (*store)->commit({&refused, 1});
    REQUIRE_FALSE(full.ok());
    CHECK(full.error().code() == ErrorCode::kResourceExhausted);
    CHECK(full.error().message().find("make room") != std::string::npos);
  }
  CHECK(is_there(**store, 0));  // still answers
  CHECK_FALSE(is_there(**store, 1));
  CHECK((*store)->status()->audit_entries == 1);

  disk.files().heal();
  const ArtifactCommit after = bulky_commit(2);
  auto resumed = (*store)->commit({&after, 1});
  for (int i = 0; i < 50 && !resumed.ok(); ++i) {  // it looks for room every few seconds
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    resumed = (*store)->commit({&after, 1});
  }
  REQUIRE_MESSAGE(resumed.ok(), resumed.error().message());
  disk.lose_power(*std::move(store));
  auto again = disk.open();
  REQUIRE(again.ok());
  CHECK(is_there(**again, 0));
  CHECK_FALSE(is_there(**again, 1));
  CHECK(is_there(**again, 2));
  CHECK((*again)->verify()->empty());
}

// The harness can tell: a disk that keeps nothing fails the check above.
TEST_CASE("power loss without syncs is seen") {
  Disk disk;
  auto store = disk.open();
  REQUIRE(store.ok());
  const ArtifactCommit commit = bulky_commit(0);
  REQUIRE((*store)->commit({&commit, 1}).ok());
  disk.files().fail_at(2, FaultyFileSystem::Fault::kIoError, 0);  // the sync after the append
  const ArtifactCommit lost = bulky_commit(1);
  REQUIRE_FALSE((*store)->commit({&lost, 1}).ok());
  disk.lose_power(*std::move(store));
  auto again = disk.open();
  REQUIRE(again.ok());
  CHECK(is_there(**again, 0));
  CHECK_FALSE(is_there(**again, 1));
}

}  // namespace
}  // namespace credence
