#include "index/record/verdict_record.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "tests/index/record/records.h"

namespace credence {
namespace {

using testing::Random;

constexpr int kRounds = 300;

// encode∘decode∘encode is encode; no prefix and no extension of an encoding
// reads; no change of version byte reads.
template <typename Record, typename Decode>
void check_encoding(const Record& record, Decode decode) {
  const std::string bytes = encode(record);
  const auto back = decode(bytes);
  REQUIRE(back.ok());
  CHECK(encode(*back) == bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto cut = decode(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(cut.ok());
    if (!cut.ok()) CHECK(cut.error().code() == ErrorCode::kCorrupt);
  }
  CHECK_FALSE(decode(bytes + '\0').ok());
  for (const char version : {char{0}, char{2}, char{127}}) {
    std::string other = bytes;
    other[0] = version;
    CHECK_FALSE(decode(other).ok());
  }
}

TEST_CASE("random records keep every byte") {
  Random random(1);
  for (int i = 0; i < kRounds; ++i) {
    CAPTURE(i);
    check_encoding(testing::random_verdict(random), decode_verdict);
    check_encoding(testing::random_chunk(random), decode_chunk);
    check_encoding(testing::random_uri(random), decode_uri);
    check_encoding(testing::random_work(random), decode_work);
    check_encoding(testing::random_audit(random), decode_audit);
  }
}

TEST_CASE("every field comes back") {
  Random random(2);
  for (int i = 0; i < kRounds; ++i) {
    const VerdictRecord a = testing::random_verdict(random);
    const VerdictRecord b = decode_verdict(encode(a)).value();
    CHECK(b.digest == a.digest);
    CHECK(b.decision.verdict == a.decision.verdict);
    CHECK(b.decision.disposition == a.decision.disposition);
    CHECK(b.decision.score == a.decision.score);
    CHECK(b.decision.reasons == a.decision.reasons);
    CHECK(b.coverage == a.coverage);
    CHECK(b.kind == a.kind);
    CHECK(b.size == a.size);
    CHECK(b.engine == a.engine);
    CHECK(b.scanned_at_ms == a.scanned_at_ms);
    CHECK(b.report_json == a.report_json);
    CHECK(b.overridden.by == a.overridden.by);
    CHECK(b.overridden.reason == a.overridden.reason);
    CHECK(b.overridden.at_ms == a.overridden.at_ms);
    CHECK(b.disposition() == a.disposition());

    const ChunkVerdict c = testing::random_chunk(random);
    const ChunkVerdict d = decode_chunk(encode(c)).value();
    CHECK(d.artifact == c.artifact);
    CHECK(d.record_id == c.record_id);
    CHECK(d.scanned_at_ms == c.scanned_at_ms);

    const UriRecord e = testing::random_uri(random);
    CHECK(decode_uri(encode(e)).value().identity == e.identity);

    const WorkItem f = testing::random_work(random);
    const WorkItem g = decode_work(encode(f)).value();
    CHECK(g.sequence == f.sequence);
    CHECK(g.uri == f.uri);
    CHECK(g.attempts == f.attempts);

    const AuditEntry h = testing::random_audit(random);
    const AuditEntry j = decode_audit(encode(h)).value();
    CHECK(j.actor == h.actor);
    CHECK(j.detail == h.detail);
    CHECK(j.previous == h.previous);
  }
}

TEST_CASE("scores are stored within 0 and 1, and what is no number as the worst") {
  struct Case {
    const char* name;
    float score;
    float stored;
  };
  const Case cases[] = {
      {"zero", 0.0F, 0.0F},
      {"negative zero", -0.0F, 0.0F},
      {"smallest", std::numeric_limits<float>::denorm_min(),
       std::numeric_limits<float>::denorm_min()},
      {"one", 1.0F, 1.0F},
      {"above one", 1.5F, 1.0F},
      {"below zero", -1.0F, 0.0F},
      {"infinite", std::numeric_limits<float>::infinity(), 1.0F},
      {"no number", std::numeric_limits<float>::quiet_NaN(), 1.0F},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    ChunkVerdict record;
    record.decision.score = c.score;
    const auto back = decode_chunk(encode(record));
    REQUIRE(back.ok());
    CHECK(back->decision.score == c.stored);
    CHECK_FALSE(std::signbit(back->decision.score));
  }
}

TEST_CASE("values that no record holds are corrupt") {
  const std::string good = encode(ChunkVerdict{});
  constexpr std::size_t kDecisionAt = 1 + 2 * Digest::kSize;
  REQUIRE(decode_chunk(good).ok());
  struct Case {
    const char* name;
    std::size_t at;
    unsigned char byte;
  };
  const Case cases[] = {
      {"verdict past the last", kDecisionAt, 5},
      {"disposition past the last", kDecisionAt + 1, 4},
      {"negative score", kDecisionAt + 5, 0x80},
      {"score above one", kDecisionAt + 5, 0x40},
      {"more reasons than bytes", kDecisionAt + 6, 0x7F},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string bad = good;
    bad[c.at] = static_cast<char>(c.byte);
    CHECK_FALSE(decode_chunk(bad).ok());
  }
}

TEST_CASE("a finding code of a later version is not guessed at") {
  ChunkVerdict record;
  record.decision.reasons = {finding_catalogue()[0].code};
  std::string bytes = encode(record);
  const std::string id(finding_catalogue()[0].id);
  const std::size_t at = bytes.find(id);
  REQUIRE(at != std::string::npos);
  bytes.replace(at, id.size(), std::string(id.size() - 1, 'Z') + '9');
  CHECK_FALSE(decode_chunk(bytes).ok());
}

TEST_CASE("an override decides only where it names who made it") {
  VerdictRecord record;
  record.decision.verdict = Verdict::kMalicious;
  record.decision.disposition = Disposition::kDeny;
  CHECK(record.disposition() == Disposition::kDeny);
  record.overridden = {.disposition = Disposition::kAllow, .by = "ada", .reason = "sample"};
  const VerdictRecord back = decode_verdict(encode(record)).value();
  CHECK(back.disposition() == Disposition::kAllow);
  CHECK(back.verdict() == Verdict::kTrusted);
}

}  // namespace
}  // namespace credence
