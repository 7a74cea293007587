// What only a store on disk can get wrong: places, locks, restarts.
#include "index/store/rocksdb_store.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::numbered_commit;

TEST_CASE("a store is there again after it was closed") {
  const testing::TemporaryDirectory directory;
  const RocksDbOptions options{.path = directory.path() / "a" / "store", .digest = fake_digest};
  const ArtifactCommit first = numbered_commit(1, 2);
  const std::vector<std::string> uris = {"file:///q", "file:///r"};
  {
    auto store = open_rocksdb_store(options);
    REQUIRE(store.ok());
    REQUIRE((*store)->commit({&first, 1}).ok());
    REQUIRE((*store)->enqueue(uris).ok());
    REQUIRE((*store)->drop_work(2).ok());
  }
  struct stat status = {};
  REQUIRE(::stat(options.path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);

  auto store = open_rocksdb_store(options);
  REQUIRE(store.ok());
  CHECK((*store)->verdict(first.verdict.digest)->has_value());
  CHECK((*store)->status()->queued == 1);
  CHECK((*store)->status()->bytes_on_disk > 0);
  CHECK((*store)->status()->verdicts == 1);
  // Sequences are not given twice, and the chain goes on.
  const std::vector<std::string> more = {"file:///s"};
  CHECK(*(*store)->enqueue(more) == std::vector<std::uint64_t>{3});
  const ArtifactCommit second = numbered_commit(2, 0);
  REQUIRE((*store)->commit({&second, 1}).ok());
  CHECK((*store)->status()->audit_entries == 2);
  CHECK((*store)->verify()->empty());
}

TEST_CASE("where no store is, none is made unless asked for") {
  const testing::TemporaryDirectory directory;
  RocksDbOptions options{.path = directory.path() / "none", .digest = fake_digest};
  options.create_if_missing = false;
  CHECK(open_rocksdb_store(options).error().code() == ErrorCode::kNotFound);
  options.create_if_missing = true;
  options.read_only = true;
  CHECK(open_rocksdb_store(options).error().code() == ErrorCode::kNotFound);
  CHECK_FALSE(std::filesystem::exists(options.path));
}

TEST_CASE("a file in the store's place is an error") {
  const testing::TemporaryDirectory directory;
  std::ofstream(directory.path() / "file") << "text";
  CHECK_FALSE(open_rocksdb_store({.path = directory.path() / "file", .digest = fake_digest}).ok());
  CHECK_FALSE(
      open_rocksdb_store({.path = directory.path() / "file" / "store", .digest = fake_digest})
          .ok());
}

TEST_CASE("reading only works beside a writer and writes nothing") {
  const testing::TemporaryDirectory directory;
  RocksDbOptions options{.path = directory.path() / "store", .digest = fake_digest};
  auto writer = open_rocksdb_store(options);
  REQUIRE(writer.ok());
  const ArtifactCommit commit = numbered_commit(1, 0);
  REQUIRE((*writer)->commit({&commit, 1}).ok());
  options.read_only = true;
  auto reader = open_rocksdb_store(options);
  REQUIRE_MESSAGE(reader.ok(), reader.error().message());
  CHECK((*reader)->verdict(commit.verdict.digest)->has_value());
  CHECK((*reader)->status()->audit_entries == 1);
  CHECK((*reader)->commit({&commit, 1}).error().code() == ErrorCode::kPermissionDenied);
}

TEST_CASE("a store that this process has open is not opened twice") {
  const testing::TemporaryDirectory directory;
  const RocksDbOptions options{.path = directory.path() / "store", .digest = fake_digest};
  auto first = open_rocksdb_store(options);
  REQUIRE(first.ok());
  const auto second = open_rocksdb_store(options);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().code() == ErrorCode::kUnavailable);
  CHECK(second.error().message().find("this process has it open") != std::string::npos);
  // Asking did not give the lock up.
  CHECK_FALSE(open_rocksdb_store(options).ok());
}

}  // namespace
}  // namespace credence
