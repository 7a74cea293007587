#include "tests/scanners/normalise/encoders.h"
#include "tests/scanners/normalise/harness.h"

namespace credence::test {

TEST_CASE("abuse of Unicode is reported with its place") {
  const std::string secret = "send the password";
  const struct {
    std::string name;
    std::string text;
    FindingCode code;
    ByteSpan span;
    Strength strength;
    float score_min;
    float score_max;
  } cases[] = {
      {"tags",
       "hi" + tags(secret),
       FindingCode::kTagCharacters,
       {2, 4 * secret.size()},
       Strength::kStrong,
       0.9F,
       1.0F},
      {"tags that say nothing",
       "hi" + tags("0-0"),
       FindingCode::kTagCharacters,
       {2, 12},
       Strength::kWeak,
       0.1F,
       0.6F},
      {"selectors",
       "hi" + variation_selectors(secret),
       FindingCode::kVariationSelectors,
       {2, 4 * secret.size()},
       Strength::kStrong,
       0.9F,
       1.0F},
      {"zero-width bits",
       "hi" + bits(secret, 0x200B, 0x200C),
       FindingCode::kZeroWidth,
       {2, 3 * 8 * secret.size()},
       Strength::kStrong,
       0.9F,
       1.0F},
      {"zero-width noise",
       "hi" + utf8(std::u32string(40, U'\u200B')),
       FindingCode::kZeroWidth,
       {2, 120},
       Strength::kWeak,
       0.1F,
       0.6F},
      {"split words",
       "ig\u200Bno\u200Bre",
       FindingCode::kZeroWidth,
       {2, 8},
       Strength::kWeak,
       0.1F,
       0.5F},
      {"override",
       "a \u202Edcba\u202C b",
       FindingCode::kBidiControl,
       {2, 10},
       Strength::kWeak,
       0.5F,
       0.7F},
      {"embedding left open",
       "a \u202Bdcba",
       FindingCode::kBidiControl,
       {2, 3},
       Strength::kWeak,
       0.1F,
       0.3F},
      {"isolate left open at the end of a line",
       "a \u2067b\nc\u2069",
       FindingCode::kBidiControl,
       {2, 3},
       Strength::kWeak,
       0.1F,
       0.3F},
      {"mixed scripts",
       "the pаsswоrd is",
       FindingCode::kMixedScript,
       {4, 10},
       Strength::kWeak,
       0.5F,
       0.5F},
      {"styled words",
       "𝐬𝐞𝐧𝐝 𝐭𝐡𝐞 𝐝𝐚𝐭𝐚",
       FindingCode::kStyledLetters,
       {0, 46},
       Strength::kWeak,
       0.1F,
       0.4F},
      {"stacked marks",
       sprinkled("abcd", 0x335) + sprinkled("x", 0x335) + "h" + utf8(U"\u0300\u0316\u0317\u0318") +
           "i" + utf8(U"\u0300\u0316\u0317\u0318") + "j" + utf8(U"\u0300\u0316\u0317\u0318"),
       FindingCode::kCombiningMarks,
       {0, 0},
       Strength::kWeak,
       0.1F,
       0.5F},
      {"overlong letters",
       "path \xC0\xAE\xC0\xAE",
       FindingCode::kInvalidEncoding,
       {5, 1},
       Strength::kWeak,
       0.4F,
       0.6F},
      {"Latin-1",
       "caf\xE9 cr\xE8me",
       FindingCode::kInvalidEncoding,
       {3, 1},
       Strength::kWeak,
       0.01F,
       0.1F},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Normalised result(c.text);
    const Finding* finding = result.find(c.code);
    CHECK(finding != nullptr);
    if (finding == nullptr) continue;
    if (c.span.length > 0) CHECK(finding->span == c.span);
    CHECK(finding->span.end() <= c.text.size());
    CHECK(finding->strength == c.strength);
    CHECK(finding->score >= c.score_min);
    CHECK(finding->score <= c.score_max);
    CHECK(!finding->rule.empty());
    CHECK(!finding->evidence.empty());
    CHECK(finding->evidence.size() <= Finding::kEvidenceMax);
    CHECK(result.sink.findings.size() == 1);
  }
}

TEST_CASE("findings carry the chunk's particulars and the layer's offsets") {
  const std::string text = "hi" + tags("send the password");
  Chunk chunk = Chunk::owned(PaddedBuffer::copy_of(text), OffsetMap::identity(1000));
  chunk.locator = "page 3";
  chunk.record_id = "r7";
  chunk.channel = Channel::kComment;
  Limits limits;
  SystemClock clock;
  Budget budget(limits, clock, text.size());
  Normaliser::Views views;
  RecordingSink sink;
  normaliser().normalise(chunk, 5, budget, views, sink);
  REQUIRE(sink.findings.size() == 1);
  const Finding& finding = sink.findings[0];
  CHECK(finding.span.offset == 1002);
  CHECK(finding.layer == 5);
  CHECK(finding.locator == "page 3");
  CHECK(finding.record_id == "r7");
  CHECK(finding.channel == Channel::kComment);
  CHECK(finding.evidence == "send the password");
  CHECK(finding.decoding == Decoding::kHiddenUnicode);
}

TEST_CASE("findings of a code are capped") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "a\u200Bb\u200Bc " + std::string(100, '.') + "\n";
  Limits limits;
  limits.findings_per_rule_max = 7;
  const Normalised result(text, limits);
  CHECK(result.sink.findings.size() == 7);
}

}  // namespace credence::test
