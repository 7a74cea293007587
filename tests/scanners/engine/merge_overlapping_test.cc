#include "scanners/engine/merge_overlapping.h"

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

namespace credence {
namespace {

Finding finding(std::string rule, ByteSpan span, float score,
                FindingCode code = FindingCode::kInstructionOverride) {
  Finding out = Finding::of(code, 0, span, score);
  out.evidence = "evidence of " + rule;
  out.rule = std::move(rule);
  return out;
}

TEST_CASE("of overlapping findings of a kind the strongest stays, as wide as the widest") {
  struct Case {
    std::string name;
    std::vector<Finding> findings;
    std::vector<std::string> rules;
  };
  const auto other = [](Finding from, auto change) {
    change(from);
    return from;
  };
  const Finding base = finding("a", {10, 20}, 0.5F);
  const Finding b = finding("b", {20, 40}, 0.9F);
  const Case cases[] = {
      {"none", {}, {}},
      {"one", {base}, {"a"}},
      {"the second stronger", {base, b}, {"b"}},
      {"the first stronger", {b, base}, {"b"}},
      {"they touch", {base, finding("b", {30, 5}, 0.9F)}, {"a", "b"}},
      {"a byte in common", {base, finding("b", {29, 5}, 0.9F)}, {"b"}},
      {"a chain", {base, finding("b", {25, 30}, 0.3F), finding("c", {50, 9}, 0.4F)}, {"a"}},
      {"another code", {base, finding("b", {10, 20}, 0.9F, FindingCode::kToolHijack)}, {"a", "b"}},
      {"another strength",
       {base, other(b, [](Finding& f) { f.strength = Strength::kWeak; })},
       {"a", "b"}},
      {"another channel",
       {base, other(b, [](Finding& f) { f.channel = Channel::kCode; })},
       {"a", "b"}},
      {"another decoding",
       {base, other(b, [](Finding& f) { f.decoding = Decoding::kLeet; })},
       {"a", "b"}},
      {"another layer", {base, other(b, [](Finding& f) { f.layer = 1; })}, {"a", "b"}},
      {"one for information",
       {base, other(b, [](Finding& f) { f.severity = Severity::kInfo; })},
       {"a", "b"}},
      {"storms",
       {finding("a", {10, 20}, 0.5F, FindingCode::kMatchStorm),
        finding("b", {10, 20}, 0.5F, FindingCode::kMatchStorm)},
       {"a", "b"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::vector<Finding> findings = c.findings;
    merge_overlapping(findings, 0);
    CHECK(findings.size() == c.rules.size());
    if (findings.size() != c.rules.size()) continue;
    for (std::size_t i = 0; i < c.rules.size(); ++i) CHECK(findings[i].rule == c.rules[i]);
  }
}

TEST_CASE("what stays has the span, the evidence and the severity of what goes") {
  std::vector<Finding> findings = {finding("wide", {10, 60}, 0.5F),
                                   finding("strong", {20, 5}, 0.9F)};
  findings[0].severity = Severity::kCritical;
  merge_overlapping(findings, 0);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].rule == "strong");
  CHECK(findings[0].score == doctest::Approx(0.9));
  CHECK(findings[0].span == ByteSpan{10, 60});
  CHECK(findings[0].evidence == "evidence of wide");
  CHECK(findings[0].severity == Severity::kCritical);
}

TEST_CASE("findings of earlier chunks are left alone, and the order is kept") {
  std::vector<Finding> findings = {
      finding("before", {0, 90}, 0.9F), finding("c", {50, 9}, 0.4F), finding("a", {0, 9}, 0.4F),
      finding("d", {55, 9}, 0.3F),      finding("b", {30, 9}, 0.4F),
  };
  merge_overlapping(findings, 1);
  std::string rules;
  for (const Finding& each : findings) rules += each.rule + " ";
  CHECK(rules == "before c a b ");
}

}  // namespace
}  // namespace credence
