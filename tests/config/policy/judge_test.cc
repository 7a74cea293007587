#include "config/policy/judge.h"

#include <random>
#include <vector>

#include <doctest/doctest.h>

namespace credence {
namespace {

Finding finding(FindingCode code, float score, Strength strength = Strength::kStrong,
                Channel channel = Channel::kVisible) {
  Finding f = Finding::of(code, 0, {0, 1}, score);
  f.severity = Severity::kHigh;
  f.strength = strength;
  f.channel = channel;
  return f;
}

constexpr auto kOverride = FindingCode::kInstructionOverride;
constexpr auto kPersona = FindingCode::kPersonaHijack;
constexpr auto kLeak = FindingCode::kPromptLeak;
constexpr auto kWeak = Strength::kWeak;
constexpr auto kStrong = Strength::kStrong;

}  // namespace

TEST_CASE("findings and gaps become a decision") {
  const Policy policy;
  const CoverageNote broken{Coverage::kPartial, CoverageReason::kMalformed, 0, ""};
  const CoverageNote picture{Coverage::kSkipped, CoverageReason::kUnsupportedKind, 0, ""};
  const struct {
    const char* name;
    std::vector<Finding> findings;
    Coverage coverage;
    std::vector<CoverageNote> notes;
    Verdict verdict;
    Disposition disposition;
  } cases[] = {
      {"nothing", {}, Coverage::kComplete, {}, Verdict::kNothingFound, Disposition::kAllow},
      {"below",
       {finding(kOverride, 0.49F)},
       Coverage::kComplete,
       {},
       Verdict::kNothingFound,
       Disposition::kAllow},
      {"at the first threshold",
       {finding(kOverride, 0.5F)},
       Coverage::kComplete,
       {},
       Verdict::kSuspicious,
       Disposition::kQuarantine},
      {"at the second",
       {finding(kOverride, 0.85F)},
       Coverage::kComplete,
       {},
       Verdict::kMalicious,
       Disposition::kDeny},
      {"two codes add up",
       {finding(kOverride, 0.4F), finding(kPersona, 0.4F)},
       Coverage::kComplete,
       {},
       Verdict::kSuspicious,
       Disposition::kQuarantine},
      {"one code twice does not",
       {finding(kOverride, 0.4F), finding(kOverride, 0.4F)},
       Coverage::kComplete,
       {},
       Verdict::kNothingFound,
       Disposition::kAllow},
      {"many faint ones do not add up",
       {finding(kOverride, 0.29F), finding(kPersona, 0.29F), finding(kLeak, 0.29F)},
       Coverage::kComplete,
       {},
       Verdict::kNothingFound,
       Disposition::kAllow},
      {"a faint one counts beside a strong one",
       {finding(kOverride, 0.48F), finding(kPersona, 0.29F)},
       Coverage::kComplete,
       {},
       Verdict::kSuspicious,
       Disposition::kQuarantine},
      {"weak ones never alone",
       {finding(kOverride, 1, kWeak), finding(kPersona, 1, kWeak)},
       Coverage::kComplete,
       {},
       Verdict::kNothingFound,
       Disposition::kAllow},
      {"weak beside strong",
       {finding(kOverride, 0.4F), finding(kPersona, 1, kWeak)},
       Coverage::kComplete,
       {},
       Verdict::kSuspicious,
       Disposition::kQuarantine},
      {"hidden weighs more",
       {finding(kOverride, 0.4F, kStrong, Channel::kHidden)},
       Coverage::kComplete,
       {},
       Verdict::kSuspicious,
       Disposition::kQuarantine},
      {"quoted weighs less",
       {finding(kOverride, 0.7F, kStrong, Channel::kQuote)},
       Coverage::kComplete,
       {},
       Verdict::kNothingFound,
       Disposition::kAllow},
      {"a gap is never clean",
       {},
       Coverage::kPartial,
       {broken},
       Verdict::kUndetermined,
       Disposition::kQuarantine},
      {"a picture", {}, Coverage::kSkipped, {picture}, Verdict::kUndetermined, Disposition::kWarn},
      {"the strictest gap holds",
       {},
       Coverage::kPartial,
       {picture, broken},
       Verdict::kUndetermined,
       Disposition::kQuarantine},
      {"a gap without a reason",
       {},
       Coverage::kPartial,
       {},
       Verdict::kUndetermined,
       Disposition::kQuarantine},
      {"a finding is more than a gap",
       {finding(kOverride, 0.9F)},
       Coverage::kPartial,
       {picture},
       Verdict::kMalicious,
       Disposition::kDeny},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Decision decision = judge(c.findings, c.coverage, c.notes, policy);
    CHECK(decision.verdict == c.verdict);
    CHECK(decision.disposition == c.disposition);
    CHECK(decision.reasons.empty() == c.findings.empty());
  }
}

// Each gap has a policy of its own, and each can be forced.
TEST_CASE("every exception policy is obeyed") {
  for (int i = 0; i < kCoverageReasonCount; ++i) {
    for (int d = 0; d <= 3; ++d) {
      Policy policy;
      policy.on_gap[static_cast<std::size_t>(i)] = static_cast<Disposition>(d);
      const std::vector<CoverageNote> notes = {
          {Coverage::kPartial, static_cast<CoverageReason>(i), 0, ""}};
      CAPTURE(i);
      CAPTURE(d);
      const Decision decision = judge({}, Coverage::kPartial, notes, policy);
      CHECK(decision.disposition == static_cast<Disposition>(d));
      CHECK(decision.verdict == Verdict::kUndetermined);
    }
  }
}

// Adding a finding never makes the decision milder.
TEST_CASE("judge is monotone") {
  std::mt19937 random(20261124);
  const Policy policy;
  for (int round = 0; round < 2000; ++round) {
    std::vector<Finding> findings;
    Decision before = judge(findings, Coverage::kComplete, {}, policy);
    for (int i = 0; i < 8; ++i) {
      findings.push_back(finding(
          static_cast<FindingCode>(random() % 13), static_cast<float>(random() % 1001) / 1000.0F,
          random() % 2 == 0 ? kWeak : kStrong, static_cast<Channel>(random() % 9)));
      const Decision after = judge(findings, Coverage::kComplete, {}, policy);
      CHECK(after.score >= before.score - 1e-6F);
      CHECK(after.disposition >= before.disposition);
      before = after;
    }
  }
}

}  // namespace credence
