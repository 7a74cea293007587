// Random operations against the store and against plain maps; the store on disk is
// reopened in between. CREDENCE_TEST_SEED repeats a run.
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "index/store/memory_store.h"
#include "index/store/rocksdb_store.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::below;
using testing::fake_digest;
using testing::Random;

constexpr std::uint64_t kNames = 40;  // few, so that operations meet

// What a store is to hold, encoded.
struct Model {
  std::map<Digest, VerdictRecord> verdicts;
  std::map<Digest, std::string> chunks;
  std::map<std::string, std::string, std::less<>> uris;
  std::map<std::string, Digest, std::less<>> ids;
  std::map<std::uint64_t, WorkItem> work;
  std::uint64_t next_work = 1;
  std::uint64_t audit = 0;
};

std::string name(Random& random, const char* kind) {
  return kind + std::to_string(below(random, kNames));
}

ArtifactCommit random_commit(Random& random) {
  ArtifactCommit commit;
  commit.verdict = testing::random_verdict(random);
  commit.verdict.digest = testing::numbered_digest(below(random, kNames));
  if (below(random, 4) != 0) commit.verdict.overridden = {};
  if (below(random, 4) != 0) commit.uri = name(random, "file:///");
  commit.identity = testing::random_identity(random);
  for (std::uint64_t i = below(random, 4); i > 0; --i) {
    ChunkVerdict chunk = testing::random_chunk(random);
    chunk.digest = testing::numbered_digest(1000 + below(random, kNames));
    chunk.artifact = commit.verdict.digest;
    chunk.record_id = below(random, 2) == 0 ? "" : name(random, "kb/");
    commit.chunks.push_back(chunk);
  }
  if (below(random, 3) == 0) commit.caller_ids.push_back(name(random, "kb/"));
  commit.work_sequence = below(random, 60);
  return commit;
}

void apply(Model& model, const ArtifactCommit& commit) {
  VerdictRecord record = commit.verdict;
  const auto before = model.verdicts.find(record.digest);
  if (record.overridden.by.empty() && before != model.verdicts.end()) {
    record.overridden = before->second.overridden;
  }
  model.verdicts[record.digest] = record;
  for (const ChunkVerdict& chunk : commit.chunks) {
    model.chunks[chunk.digest] = encode(chunk);
    if (!chunk.record_id.empty()) model.ids[chunk.record_id] = chunk.digest;
  }
  for (const std::string& id : commit.caller_ids) model.ids[id] = record.digest;
  if (!commit.uri.empty()) {
    model.uris[commit.uri] = encode(UriRecord{
        .digest = record.digest, .identity = commit.identity, .seen_at_ms = record.scanned_at_ms});
  }
  model.work.erase(commit.work_sequence);
  ++model.audit;
}

void enqueue(Model& model, VerdictStore& store, Random& random) {
  std::vector<std::string> uris;
  for (std::uint64_t i = below(random, 4); i > 0; --i) uris.push_back(name(random, "file:///"));
  std::vector<std::uint64_t> expected;
  for (const std::string& uri : uris) {
    std::uint64_t sequence = 0;
    for (const auto& [number, item] : model.work) {
      if (item.uri == uri) sequence = number;
    }
    if (sequence == 0) {
      sequence = model.next_work++;
      model.work[sequence] = {.sequence = sequence, .uri = uri, .attempts = 0};
    }
    expected.push_back(sequence);
  }
  const auto sequences = store.enqueue(uris);
  REQUIRE(sequences.ok());
  CHECK(*sequences == expected);
}

void step(Model& model, VerdictStore& store, Random& random) {
  switch (below(random, 10)) {
    case 0: {
      const std::string uri = name(random, "file:///");
      model.uris.erase(uri);
      REQUIRE(store.forget_uri(uri).ok());
      return;
    }
    case 1: {
      const Digest digest = testing::numbered_digest(below(random, kNames));
      const VerdictRecord::Override override = testing::random_verdict(random).overridden;
      const auto done = store.set_override(digest, override);
      CHECK(done.ok() == model.verdicts.contains(digest));
      if (!done.ok()) return;
      model.verdicts[digest].overridden = override;
      ++model.audit;
      return;
    }
    case 2: enqueue(model, store, random); return;
    case 3: {
      const std::uint64_t sequence = below(random, model.next_work + 2);
      const auto count = store.count_attempt(sequence);
      REQUIRE(count.ok() == model.work.contains(sequence));
      if (count.ok()) CHECK(*count == ++model.work[sequence].attempts);
      return;
    }
    case 4: {
      const std::uint64_t sequence = below(random, model.next_work + 2);
      model.work.erase(sequence);
      REQUIRE(store.drop_work(sequence).ok());
      return;
    }
    case 5: {
      ++model.audit;
      REQUIRE(store.audit(testing::random_audit(random)).ok());
      return;
    }
    default: {
      std::vector<ArtifactCommit> commits;
      for (std::uint64_t i = 1 + below(random, 3); i > 0; --i) {
        commits.push_back(random_commit(random));
      }
      REQUIRE(store.commit(commits).ok());
      for (const ArtifactCommit& commit : commits) apply(model, commit);
    }
  }
}

void check_equal(const Model& model, const VerdictStore& store) {
  std::map<Digest, std::string> verdicts;
  REQUIRE(store
              .each_verdict([&](const VerdictRecord& record) {
                verdicts[record.digest] = encode(record);
                return true;
              })
              .ok());
  std::map<Digest, std::string> expected;
  for (const auto& [digest, record] : model.verdicts) expected[digest] = encode(record);
  CHECK(verdicts == expected);

  std::map<Digest, std::string> chunks;
  REQUIRE(store
              .each_chunk([&](const ChunkVerdict& record) {
                chunks[record.digest] = encode(record);
                return true;
              })
              .ok());
  CHECK(chunks == model.chunks);

  decltype(model.uris) uris;
  REQUIRE(store
              .each_uri("",
                        [&](std::string_view uri, const UriRecord& record) {
                          uris[std::string(uri)] = encode(record);
                          return true;
                        })
              .ok());
  CHECK(uris == model.uris);

  decltype(model.ids) ids;
  REQUIRE(store
              .each_caller_id([&](std::string_view id, const Digest& digest) {
                ids[std::string(id)] = digest;
                return true;
              })
              .ok());
  CHECK(ids == model.ids);

  std::vector<std::string> work;
  REQUIRE(store
              .each_work([&](const WorkItem& item) {
                work.push_back(encode(item));
                return true;
              })
              .ok());
  std::vector<std::string> expected_work;
  for (const auto& [sequence, item] : model.work) expected_work.push_back(encode(item));
  CHECK(work == expected_work);

  CHECK(store.status()->audit_entries == model.audit);
  CHECK(store.status()->queued == model.work.size());
}

void run(int rounds, const std::function<void(std::unique_ptr<VerdictStore>&)>& reopen) {
  const char* given = std::getenv("CREDENCE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  MESSAGE("CREDENCE_TEST_SEED=", seed);
  CAPTURE(seed);
  Random random(seed);
  Model model;
  std::unique_ptr<VerdictStore> store;
  for (int round = 0; round < rounds; ++round) {
    reopen(store);
    check_equal(model, *store);
    for (std::uint64_t i = below(random, 40); i > 0; --i) step(model, *store, random);
    check_equal(model, *store);
  }
  const auto defects = store->verify();
  REQUIRE(defects.ok());
  CHECK(defects->empty());
}

TEST_CASE("the store in memory is the model") {
  run(60, [](std::unique_ptr<VerdictStore>& store) {
    if (!store) store = make_memory_store(fake_digest);
  });
}

TEST_CASE("the store on disk is the model, over restarts") {
  const testing::TemporaryDirectory directory;
  run(30, [&](std::unique_ptr<VerdictStore>& store) {
    store.reset();
    auto opened = open_rocksdb_store({.path = directory.path() / "store",
                                      .digest = fake_digest,
                                      .memtable_bytes = 64U << 10,
                                      .log_bytes_max = 64U << 10});
    REQUIRE(opened.ok());
    store = *std::move(opened);
  });
}

}  // namespace
}  // namespace credence
