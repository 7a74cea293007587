// What every VerdictStore does, tried on each kind there is.
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "index/store/memory_store.h"
#include "index/store/rocksdb_store.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::numbered_commit;
using testing::numbered_digest;

void on_each_kind(const std::function<void(VerdictStore&)>& test) {
  SUBCASE("in memory") { test(*make_memory_store(fake_digest)); }
  SUBCASE("in RocksDB") {
    const testing::TemporaryDirectory directory;
    auto store = open_rocksdb_store({.path = directory.path() / "store", .digest = fake_digest});
    REQUIRE(store.ok());
    test(**store);
  }
}

std::vector<AuditEntry> audit_log(const VerdictStore& store) {
  std::vector<AuditEntry> entries;
  REQUIRE(store
              .each_audit(0,
                          [&](const AuditEntry& entry) {
                            entries.push_back(entry);
                            return true;
                          })
              .ok());
  return entries;
}

std::vector<WorkItem> work(const VerdictStore& store) {
  std::vector<WorkItem> items;
  REQUIRE(store
              .each_work([&](const WorkItem& item) {
                items.push_back(item);
                return true;
              })
              .ok());
  return items;
}

TEST_CASE("an empty store answers nothing and is sound") {
  on_each_kind([](VerdictStore& store) {
    CHECK_FALSE(store.verdict(numbered_digest(1))->has_value());
    CHECK_FALSE(store.chunk(numbered_digest(1))->has_value());
    CHECK_FALSE(store.uri("file:///a")->has_value());
    CHECK_FALSE(store.caller_id("kb/1")->has_value());
    CHECK(work(store).empty());
    CHECK(audit_log(store).empty());
    CHECK(store.verify()->empty());
    CHECK(store.status()->schema_version == 1);
    CHECK(store.commit({}).ok());
  });
}

TEST_CASE("a commit is found by each of its names") {
  on_each_kind([](VerdictStore& store) {
    ArtifactCommit commit = numbered_commit(7, 3);
    commit.identity = {.device = 1, .inode = 2, .size = 3, .mtime_ns = 4, .ctime_ns = 5};
    REQUIRE(store.commit({&commit, 1}).ok());
    CHECK((*store.verdict(commit.verdict.digest))->size == 7);
    for (const ChunkVerdict& chunk : commit.chunks) {
      CHECK((*store.chunk(chunk.digest))->artifact == commit.verdict.digest);
      CHECK(**store.caller_id(chunk.record_id) == chunk.digest);
    }
    CHECK(**store.caller_id("kb/7") == commit.verdict.digest);
    const UriRecord uri = **store.uri(commit.uri);
    CHECK(uri.digest == commit.verdict.digest);
    CHECK(uri.identity == commit.identity);
    CHECK(store.verify()->empty());

    REQUIRE(store.forget_uri(commit.uri).ok());
    CHECK_FALSE(store.uri(commit.uri)->has_value());
    CHECK((*store.verdict(commit.verdict.digest)).has_value());
  });
}

TEST_CASE("records are visited in key order until told to stop") {
  on_each_kind([](VerdictStore& store) {
    std::vector<ArtifactCommit> commits;
    for (std::uint64_t n = 0; n < 600; ++n) commits.push_back(numbered_commit(n, 1));
    REQUIRE(store.commit(commits).ok());

    std::vector<Digest> seen;
    REQUIRE(store
                .each_verdict([&](const VerdictRecord& record) {
                  seen.push_back(record.digest);
                  return true;
                })
                .ok());
    CHECK(seen.size() == 600);
    CHECK(std::is_sorted(seen.begin(), seen.end()));

    std::size_t chunks = 0;
    REQUIRE(store.each_chunk([&](const ChunkVerdict&) { return ++chunks < 10; }).ok());
    CHECK(chunks == 10);

    std::vector<std::string> uris;
    REQUIRE(store
                .each_uri("file:///kb/59",
                          [&](std::string_view uri, const UriRecord&) {
                            uris.emplace_back(uri);
                            return true;
                          })
                .ok());
    CHECK(uris.size() == 11);  // 59 and 590..599
    std::size_t ids = 0;
    REQUIRE(store.each_caller_id([&](std::string_view, const Digest&) { return ++ids > 0; }).ok());
    CHECK(ids == 1200);
  });
}

TEST_CASE("an override outlives later scans of the same bytes") {
  on_each_kind([](VerdictStore& store) {
    ArtifactCommit commit = numbered_commit(1, 0);
    commit.verdict.decision.disposition = Disposition::kDeny;
    REQUIRE(store.commit({&commit, 1}).ok());
    REQUIRE(
        store
            .set_override(
                commit.verdict.digest,
                {.disposition = Disposition::kAllow, .by = "ada", .reason = "sample", .at_ms = 9})
            .ok());
    CHECK((*store.verdict(commit.verdict.digest))->disposition() == Disposition::kAllow);
    REQUIRE(store.commit({&commit, 1}).ok());
    CHECK((*store.verdict(commit.verdict.digest))->disposition() == Disposition::kAllow);
    REQUIRE(store.set_override(commit.verdict.digest, {}).ok());
    CHECK((*store.verdict(commit.verdict.digest))->disposition() == Disposition::kDeny);

    const auto missing = store.set_override(numbered_digest(2), {.by = "ada", .reason = ""});
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code() == ErrorCode::kNotFound);

    const auto entries = audit_log(store);
    REQUIRE(entries.size() == 4);
    CHECK(entries[1].action == "override");
    CHECK(entries[1].actor == "ada");
    CHECK(entries[1].detail == "allow sample");
    CHECK(entries[2].detail.starts_with("allow trusted"));
    CHECK(entries[3].detail == "withdrawn");
  });
}

TEST_CASE("the queue keeps order, place and attempts, and a commit ends an item") {
  on_each_kind([](VerdictStore& store) {
    const std::vector<std::string> uris = {"file:///b", "file:///a", "file:///b"};
    const auto first = store.enqueue(uris);
    REQUIRE(first.ok());
    CHECK(*first == std::vector<std::uint64_t>{1, 2, 1});
    const std::vector<std::string> again = {"file:///c", "file:///a"};
    CHECK(*store.enqueue(again) == std::vector<std::uint64_t>{3, 2});
    CHECK(store.status()->queued == 3);

    CHECK(*store.count_attempt(2) == 1);
    CHECK(*store.count_attempt(2) == 2);
    const auto missing = store.count_attempt(99);
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code() == ErrorCode::kNotFound);

    // Both commits name item 1: it ends once.
    std::vector<ArtifactCommit> commits = {numbered_commit(1, 1), numbered_commit(2, 1)};
    commits[0].work_sequence = commits[1].work_sequence = 1;
    REQUIRE(store.commit(commits).ok());
    const auto left = work(store);
    REQUIRE(left.size() == 2);
    CHECK(left[0].uri == "file:///a");
    CHECK(left[0].attempts == 2);
    CHECK(left[1].uri == "file:///c");

    REQUIRE(store.drop_work(3).ok());
    REQUIRE(store.drop_work(3).ok());
    CHECK(store.status()->queued == 1);
    // A finished URI is queued anew, at the end.
    const std::vector<std::string> anew = {"file:///b"};
    CHECK(*store.enqueue(anew) == std::vector<std::uint64_t>{4});
    CHECK(store.verify()->empty());
  });
}

TEST_CASE("the audit log is a chain") {
  on_each_kind([](VerdictStore& store) {
    const std::vector<ArtifactCommit> commits = {numbered_commit(1, 0), numbered_commit(2, 0)};
    REQUIRE(store.commit(commits).ok());
    AuditEntry reload;
    reload.actor = "credenced";
    reload.action = "reload";
    reload.sequence = 77;  // filled in by the store
    REQUIRE(store.audit(reload).ok());
    const auto entries = audit_log(store);
    REQUIRE(entries.size() == 3);
    Digest previous;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      CHECK(entries[i].sequence == i + 1);
      CHECK(entries[i].previous == previous);
      const std::string bytes = encode(entries[i]);
      previous = fake_digest(std::as_bytes(std::span(bytes)));
    }
    CHECK(entries[0].subject == numbered_digest(1).uri());
    CHECK(entries[0].detail == "allow nothing_found file:///kb/1");
    CHECK(entries[2].action == "reload");
    std::size_t seen = 0;
    REQUIRE(store.each_audit(3, [&](const AuditEntry&) { return ++seen > 0; }).ok());
    CHECK(seen == 1);
  });
}

TEST_CASE("what is too long to store is refused and changes nothing") {
  on_each_kind([](VerdictStore& store) {
    ArtifactCommit fits = numbered_commit(1, 0);
    fits.uri = std::string(32U << 10, 'u');
    CHECK(store.commit({&fits, 1}).ok());
    ArtifactCommit commit = numbered_commit(2, 0);
    commit.uri = std::string((32U << 10) + 1, 'u');
    const auto refused = store.commit({&commit, 1});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code() == ErrorCode::kInvalidArgument);
    CHECK_FALSE(store.verdict(commit.verdict.digest)->has_value());
    CHECK(store.status()->audit_entries == 1);
  });
}

TEST_CASE("concurrent writers each get their own answer and one chain") {
  on_each_kind([](VerdictStore& store) {
    constexpr int kThreads = 4;
    constexpr int kEach = 25;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&store, t] {
        for (int i = 0; i < kEach; ++i) {
          const auto commit = numbered_commit(static_cast<std::uint64_t>(t * 1000 + i), 2);
          CHECK(store.commit({&commit, 1}).ok());
          const std::vector<std::string> uris = {"file:///same", commit.uri};
          const auto queued = store.enqueue(uris);
          CHECK(queued.ok());
          if (queued.ok()) CHECK((*queued)[0] != (*queued)[1]);
          CHECK_FALSE(store.set_override(numbered_digest(999'999), {.by = "x", .reason = ""}).ok());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(audit_log(store).size() == kThreads * kEach);
    std::set<std::uint64_t> sequences;
    for (const WorkItem& item : work(store)) sequences.insert(item.sequence);
    CHECK(sequences.size() == kThreads * kEach + 1);
    CHECK(store.status()->queued == kThreads * kEach + 1);
    CHECK(store.verify()->empty());
  });
}

}  // namespace
}  // namespace credence
