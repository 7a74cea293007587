#include "index/table/trust_table.h"

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <doctest/doctest.h>

#include "index/store/memory_store.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::fake_digest;
using testing::numbered_commit;
using testing::numbered_digest;
using testing::Random;

ArtifactCommit judged(std::uint64_t n, Disposition disposition, std::size_t chunks = 0) {
  ArtifactCommit commit = numbered_commit(n, chunks);
  commit.verdict.decision.disposition = disposition;
  return commit;
}

TEST_CASE("an entry carries what a trust query needs") {
  TrustTable table;
  ArtifactCommit commit = numbered_commit(1, 0);
  Decision& decision = commit.verdict.decision;
  decision.verdict = Verdict::kMalicious;
  decision.disposition = Disposition::kQuarantine;
  decision.score = 0.5F;
  for (std::size_t i = 0; i < 6; ++i) decision.reasons.push_back(finding_catalogue()[i].code);
  commit.verdict.scanned_at_ms = 1'700'000'000'123;
  table.apply(commit);

  const auto entry = table.find(commit.verdict.digest);
  REQUIRE(entry.has_value());
  CHECK(entry->verdict == Verdict::kMalicious);
  CHECK(entry->disposition == Disposition::kQuarantine);
  CHECK(entry->reason_count == TrustEntry::kReasonsMax);
  for (std::size_t i = 0; i < TrustEntry::kReasonsMax; ++i) {
    CHECK(entry->reasons[i] == finding_catalogue()[i].code);
  }
  CHECK(entry->score == 32767);
  CHECK(entry->scanned_at_s == 1'700'000'000);
  CHECK_FALSE(table.find(numbered_digest(2)).has_value());
}

TEST_CASE("of an artifact and a chunk with one digest the stricter is answered") {
  struct Case {
    const char* name;
    Disposition artifact;
    Disposition chunk;
    Disposition answer;
  };
  const Case cases[] = {
      {"equal", Disposition::kWarn, Disposition::kWarn, Disposition::kWarn},
      {"artifact stricter", Disposition::kDeny, Disposition::kAllow, Disposition::kDeny},
      {"chunk stricter", Disposition::kAllow, Disposition::kQuarantine, Disposition::kQuarantine},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    TrustTable table;
    ArtifactCommit commit = judged(1, c.artifact, 1);
    commit.chunks[0].digest = commit.verdict.digest;
    commit.chunks[0].decision.disposition = c.chunk;
    table.apply(commit);
    CHECK(table.find(commit.verdict.digest)->disposition == c.answer);
    CHECK(table.size() == 1);
  }
}

TEST_CASE("an override holds over the chunk of the same bytes and over later scans") {
  TrustTable table;
  ArtifactCommit commit = judged(1, Disposition::kDeny, 1);
  commit.chunks[0].digest = commit.verdict.digest;
  commit.chunks[0].decision.disposition = Disposition::kDeny;
  table.apply(commit);
  VerdictRecord released = commit.verdict;
  released.overridden = {.disposition = Disposition::kAllow, .by = "ada", .reason = "", .at_ms = 1};
  table.apply_override(released);
  CHECK(table.find(commit.verdict.digest)->disposition == Disposition::kAllow);
  CHECK(table.find(commit.verdict.digest)->verdict == Verdict::kTrusted);
  table.apply(commit);
  CHECK(table.find(commit.verdict.digest)->disposition == Disposition::kAllow);
  released.overridden = {};
  table.apply_override(released);
  CHECK(table.find(commit.verdict.digest)->disposition == Disposition::kDeny);
}

TEST_CASE("URIs and callers' ids lead to digests until forgotten") {
  TrustTable table;
  const ArtifactCommit commit = numbered_commit(3, 2);
  table.apply(commit);
  CHECK(table.find_uri(commit.uri) == commit.verdict.digest);
  CHECK(table.find_id("kb/3") == commit.verdict.digest);
  CHECK(table.find_id("kb/3/1") == commit.chunks[1].digest);
  CHECK_FALSE(table.find_uri("file:///kb/30").has_value());
  table.forget_uri(commit.uri);
  CHECK_FALSE(table.find_uri(commit.uri).has_value());
  CHECK(table.find(commit.verdict.digest).has_value());
}

TEST_CASE("entries of another engine are stale") {
  TrustTable table;
  ArtifactCommit commit = numbered_commit(1, 0);
  commit.verdict.engine = numbered_digest(100);
  table.apply(commit);
  const TrustEntry entry = *table.find(commit.verdict.digest);
  CHECK(table.is_stale(entry));
  table.set_engine(numbered_digest(100));
  CHECK_FALSE(table.is_stale(entry));
  table.set_engine(numbered_digest(101));
  CHECK(table.is_stale(entry));
}

TEST_CASE("with more engines than numbers the current one still has its own") {
  TrustTable table;
  for (std::uint64_t n = 0; n < 400; ++n) {
    ArtifactCommit commit = numbered_commit(n, 0);
    commit.verdict.engine = numbered_digest(10'000 + n);
    table.apply(commit);
  }
  const Digest current = numbered_digest(20'000);
  table.set_engine(current);
  for (std::uint64_t n = 0; n < 400; ++n) {
    CHECK(table.is_stale(*table.find(numbered_digest(n))));
  }
  ArtifactCommit commit = numbered_commit(5, 0);
  commit.verdict.engine = current;
  table.apply(commit);
  CHECK_FALSE(table.is_stale(*table.find(commit.verdict.digest)));
  // Numbers come free again as entries are replaced.
  for (std::uint64_t n = 0; n < 400; ++n) {
    ArtifactCommit again = numbered_commit(n, 0);
    again.verdict.engine = current;
    table.apply(again);
  }
  const Digest later = numbered_digest(20'001);
  table.set_engine(later);
  CHECK(table.is_stale(*table.find(commit.verdict.digest)));
}

// Random commits against a plain map, over several growths of the table.
TEST_CASE("the table is the model") {
  const char* given = std::getenv("CREDENCE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  MESSAGE("CREDENCE_TEST_SEED=", seed);
  Random random(seed);
  TrustTable table;
  std::unordered_map<Digest, Disposition> model;
  std::unordered_map<std::string, Digest> uris;
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t n = testing::below(random, 8'000);
    const auto disposition = static_cast<Disposition>(testing::below(random, 4));
    const ArtifactCommit commit = judged(n, disposition);
    table.apply(commit);
    model[commit.verdict.digest] = disposition;
    uris[commit.uri] = commit.verdict.digest;
    if (testing::below(random, 3) == 0) {
      const std::string gone = "file:///kb/" + std::to_string(testing::below(random, 8'000));
      table.forget_uri(gone);
      uris.erase(gone);
    }
  }
  CHECK(table.size() == model.size());
  std::vector<Digest> digests;
  for (std::uint64_t n = 0; n < 9'000; ++n) digests.push_back(numbered_digest(n));
  std::vector<std::optional<TrustEntry>> answers(digests.size());
  table.find(digests, answers);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto expected = model.find(digests[i]);
    const auto single = table.find(digests[i]);
    const bool there = expected != model.end();
    if (answers[i].has_value() != there || single.has_value() != there) ++wrong;
    if (there && answers[i] && answers[i]->disposition != expected->second) ++wrong;
    const std::string uri = "file:///kb/" + std::to_string(i);
    const auto place = uris.find(uri);
    const auto found = table.find_uri(uri);
    if (found.has_value() != (place != uris.end())) ++wrong;
    if (found && place != uris.end() && *found != place->second) ++wrong;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a loaded table agrees with its store, and differences are told") {
  const auto store = make_memory_store(fake_digest);
  std::vector<ArtifactCommit> commits;
  for (std::uint64_t n = 1; n <= 50; ++n) {
    commits.push_back(judged(n, static_cast<Disposition>(n % 4), 3));
    commits.back().verdict.engine = numbered_digest(1000 + n % 3);
  }
  REQUIRE(store->commit(commits).ok());
  REQUIRE(store->set_override(numbered_digest(3), {.by = "ada", .reason = ""}).ok());

  TrustTable table;
  table.set_engine(numbered_digest(1002));  // other numbers than a fresh table's
  REQUIRE(table.load(*store).ok());
  CHECK(table.size() == 50 + 150);
  CHECK(compare(table, *store)->empty());

  struct Case {
    const char* name;
    void (*change)(TrustTable&, VerdictStore&);
    std::size_t differences;
  };
  const Case cases[] = {
      {"none", [](TrustTable&, VerdictStore&) {}, 0},
      {"forgotten in the table alone",
       [](TrustTable& t, VerdictStore&) { t.forget_uri("file:///kb/1"); }, 1},
      {"forgotten in both",
       [](TrustTable&, VerdictStore& s) { CHECK(s.forget_uri("file:///kb/1").ok()); }, 0},
      {"applied to the table alone: digest, URI and id",
       [](TrustTable& t, VerdictStore&) { t.apply(numbered_commit(900, 0)); }, 3},
      {"now in both",
       [](TrustTable&, VerdictStore& s) {
         const ArtifactCommit commit = numbered_commit(900, 0);
         CHECK(s.commit({&commit, 1}).ok());
       },
       0},
      {"judged otherwise in the table",
       [](TrustTable& t, VerdictStore&) { t.apply(judged(900, Disposition::kDeny)); }, 1},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    c.change(table, *store);
    const auto differences = compare(table, *store);
    REQUIRE(differences.ok());
    CHECK(differences->size() == c.differences);
  }
}

}  // namespace
}  // namespace credence
