// verify() finds each kind of damage that a store can take, and nothing else.
#include "index/store/verify.h"

#include <functional>
#include <string>

#include <doctest/doctest.h>

#include "index/store/keyed_store.h"
#include "index/store/keys.h"
#include "index/store/memory_store.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::numbered_commit;

TEST_CASE("each kind of damage is told") {
  struct Case {
    const char* name;
    std::function<void(KeyValue&, KeyValue::Batch&)> damage;
    std::size_t defects;
    const char* message;
  };
  const ArtifactCommit commit = numbered_commit(1, 1);
  const std::string verdict_key(digest_key(commit.verdict.digest));
  const std::string chunk_key(digest_key(commit.chunks[0].digest));
  const auto value = [](KeyValue& store, Family family, const std::string& key) {
    return **store.get(family, key);
  };
  const Case cases[] = {
      {"none", [](KeyValue&, KeyValue::Batch&) {}, 0, ""},
      {"verdict gone",
       [&](KeyValue&, KeyValue::Batch& b) { b.erase(Family::kVerdicts, verdict_key); }, 3,
       "without a verdict"},
      {"verdict under another key",
       [&](KeyValue& s, KeyValue::Batch& b) {
         b.put(Family::kVerdicts, std::string(32, 'x'), value(s, Family::kVerdicts, verdict_key));
       },
       1, "not its key's"},
      {"verdict cut",
       [&](KeyValue&, KeyValue::Batch& b) { b.put(Family::kVerdicts, verdict_key, "\x01"); }, 1,
       "not its key's"},
      {"chunk gone", [&](KeyValue&, KeyValue::Batch& b) { b.erase(Family::kChunks, chunk_key); }, 1,
       "caller's id"},
      {"alias cut", [&](KeyValue&, KeyValue::Batch& b) { b.put(Family::kCallerIds, "kb/1", ""); },
       1, "does not read back"},
      {"URI cut", [&](KeyValue&, KeyValue::Batch& b) { b.put(Family::kUris, commit.uri, ""); }, 1,
       "does not read back"},
      {"audit entry removed",
       [&](KeyValue&, KeyValue::Batch& b) { b.erase(Family::kAudit, sequence_key(2)); }, 1,
       "are missing"},
      {"audit entry changed",
       [&](KeyValue& s, KeyValue::Batch& b) {
         AuditEntry entry = decode_audit(value(s, Family::kAudit, sequence_key(2))).value();
         entry.detail = "allow";
         b.put(Family::kAudit, sequence_key(2), encode(entry));
       },
       1, "does not follow"},
      {"work item not indexed",
       [&](KeyValue&, KeyValue::Batch& b) { b.erase(Family::kQueue, work_uri_key("file:///q")); },
       1, "not found by its URI"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    auto base = make_memory_key_value();
    KeyValue& bytes = *base;
    const auto store = KeyedStore::open(std::move(base), fake_digest, false);
    REQUIRE(store.ok());
    REQUIRE((*store)->commit({&commit, 1}).ok());
    REQUIRE((*store)->audit({}).ok());
    REQUIRE((*store)->audit({}).ok());
    const std::vector<std::string> uris = {"file:///q"};
    REQUIRE((*store)->enqueue(uris).ok());

    const auto batch = bytes.make_batch();
    c.damage(bytes, *batch);
    REQUIRE(bytes.write(*batch).ok());
    const auto defects = (*store)->verify();
    REQUIRE(defects.ok());
    CHECK(defects->size() == c.defects);
    if (!defects->empty()) CHECK((*defects)[0].find(c.message) != std::string::npos);
  }
}

TEST_CASE("the number of defects told is bounded") {
  auto base = make_memory_key_value();
  KeyValue& bytes = *base;
  const auto store = KeyedStore::open(std::move(base), fake_digest, false);
  REQUIRE(store.ok());
  const auto batch = bytes.make_batch();
  for (int i = 0; i < 1005; ++i) batch->put(Family::kCallerIds, std::to_string(i), "");
  REQUIRE(bytes.write(*batch).ok());
  const auto defects = (*store)->verify();
  REQUIRE(defects.ok());
  CHECK(defects->size() == 1001);
  CHECK(defects->back() == "and 5 more");
}

}  // namespace
}  // namespace credence
