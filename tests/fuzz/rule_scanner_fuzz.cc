// Properties: whatever valid UTF-8 is scanned, spans lie inside the text on the edges of
// characters, scores are scores, evidence is bounded, two scans agree, and a landmark
// changes nothing.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/utf8.h"
#include "tests/scanners/rules/support.h"

namespace {

using namespace credence;

std::shared_ptr<const RuleSet> make_rules(bool landmark) {
  RuleSpec asks = testing::rule("asks", {R"(\bab\b)"});
  asks.asks_for = Decoding::kRot13;
  RuleSpec near = testing::rule("near", {"cd+"});
  near.near.push_back({{"ef"}, 8});
  near.not_near.push_back({{"gh"}, 8});
  RuleSpec edges = testing::rule("edges", {R"(\bm{1,3}\b)", R"(\Bn)", "é{1,3}"});
  edges.near.push_back({{R"(\bo\b)"}, 5, landmark});
  RuleSpec secret = testing::rule("secret", {R"(k[a-z0-9]{3,20})"});
  secret.redact = true;
  secret.count_min = 2;
  RuleSpec hidden = testing::rule("hidden", {R"(h.{0,9}i)"});
  hidden.channels = {Channel::kHidden};
  return testing::compile({asks, near, secret, hidden, testing::rule("wide", {R"(\bд\w+\b)"}),
                           testing::rule("quoted", {"ignore"}), edges,
                           testing::rule("long", {"a.*z"})});
}

// Replaces what is not UTF-8, as the canonical text has it.
std::string sanitised(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const CodePoint point = decode_utf8(bytes);
    append_utf8(out, point.length == 0 ? U'\uFFFD' : point.value);
    bytes.remove_prefix(std::max<std::size_t>(point.length, 1));
  }
  return out;
}

testing::Recorder scan(const RuleScanner& scanner, Scanner::Scratch& scratch,
                       const PaddedBuffer& text, std::uint8_t choice) {
  Chunk chunk = Chunk::borrowed(text.view());
  chunk.channel = (choice & 1) != 0 ? Channel::kHidden : Channel::kVisible;
  if ((choice & 2) != 0)
    chunk.regions.push_back({{text.size() / 4, text.size() / 4}, Channel::kHidden});
  const OffsetMap same = OffsetMap::identity();
  const std::array views = {
      TextView{text.view(), nullptr, Decoding::kNone, 0},
      TextView{text.view(), &same, (choice & 4) != 0 ? Decoding::kFolded : Decoding::kLeet, 1}};
  const Layer layer;
  Limits limits;
  limits.findings_per_rule_max = 1 + choice / 64;
  const SystemClock clock;
  Budget budget(limits, clock, text.size());
  testing::Recorder seen;
  const std::size_t count = (choice & 8) != 0 ? 2 : 1;
  CREDENCE_CHECK(
      scanner.scan({layer, &chunk, std::span(views).first(count)}, budget, scratch, seen).ok());
  return seen;
}

constexpr std::size_t kNoFlood = 1'000;

bool on_character(std::string_view text, std::size_t at) {
  return at >= text.size() || utf8_floor(text, at) == at;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const RuleScanner scanner(make_rules(false));
  static const auto scratch = scanner.make_scratch();
  static const RuleScanner marked(make_rules(true));
  static const auto marked_scratch = marked.make_scratch();
  if (size < 1 || size > 64 << 10) return 0;
  const std::string text = sanitised({reinterpret_cast<const char*>(data) + 1, size - 1});
  const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
  const auto first = scan(scanner, *scratch, buffer, data[0]);
  // Of a longer text a flood may be cut off, which a landmark can spare it.
  const auto second = size <= kNoFlood ? scan(marked, *marked_scratch, buffer, data[0])
                                       : scan(scanner, *scratch, buffer, data[0]);

  CREDENCE_CHECK(first.findings.size() == second.findings.size());
  for (std::size_t i = 0; i < first.findings.size(); ++i) {
    const Finding& finding = first.findings[i];
    CREDENCE_CHECK(finding.span.end() <= text.size());
    CREDENCE_CHECK(on_character(text, finding.span.offset));
    CREDENCE_CHECK(on_character(text, finding.span.end()));
    CREDENCE_CHECK(finding.score >= 0.0F && finding.score <= 1.0F);
    CREDENCE_CHECK(finding.evidence.size() <= Finding::kEvidenceMax);
    CREDENCE_CHECK(finding.rule != "asks");
    CREDENCE_CHECK(finding.span == second.findings[i].span);
    CREDENCE_CHECK(finding.score == second.findings[i].score);
    CREDENCE_CHECK(finding.rule == second.findings[i].rule);
  }
  CREDENCE_CHECK(first.requests.size() == second.requests.size());
  for (const auto& request : first.requests) {
    CREDENCE_CHECK(request.span.end() <= text.size() && request.span.length > 0);
  }
  return 0;
}
