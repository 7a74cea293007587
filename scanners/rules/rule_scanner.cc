#include "scanners/rules/rule_scanner.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "scanners/core/utf8.h"
#include "scanners/rules/candidates.h"
#include "scanners/rules/decode_requests.h"
#include "scanners/rules/match_collector.h"

namespace credence {
namespace {

// Texts this long are not begun once the time is used up; shorter ones take less
// time than looking at the clock is worth.
constexpr std::size_t kClockFrom = 32 << 10;

constexpr float kStormScore = 0.5F;
constexpr std::size_t kRedactedEnds = 4;  // bytes shown of each end of a secret

constexpr ScannerInfo kInfo{"rules", 3, Scope::kChunk, {}};

struct RuleScratch final : Scanner::Scratch {
  explicit RuleScratch(const RuleSet& rules) : collector(rules.patterns()), finder(rules) {}

  DetectionScratch detection;
  MatchCollector collector;
  CandidateFinder finder;
  DecodeRequests requests;
  std::vector<Candidate> candidates;
};

std::string redacted(std::string_view text) {
  const std::size_t ends = std::min(kRedactedEnds, text.size() / 4);
  const std::size_t head = utf8_floor(text, ends);
  const std::size_t tail = utf8_ceil(text, text.size() - ends);
  return std::string(text.substr(0, head)) + "…" + std::string(text.substr(tail));
}

// Whether a prompt may well say what a finding of `code` and `score` sees: it gives the model
// a role, speaks to it, holds its turns and says how to answer and what to keep to itself.
// Some put themselves above other instructions, but none does so in the words of an attack.
constexpr bool is_usual_in_prompt(FindingCode code, float score) noexcept {
  constexpr FindingCode kUsual[] = {
      FindingCode::kPersonaHijack,      FindingCode::kForgedSystemPrompt,
      FindingCode::kControlTokens,      FindingCode::kConditionalTrigger,
      FindingCode::kReaderAddressed,    FindingCode::kPromptLeak,
      FindingCode::kOutputManipulation,
  };
  constexpr FindingCode kUsualWhenMild[] = {FindingCode::kInstructionOverride,
                                            FindingCode::kConcealment};
  constexpr float kMild = 0.7F;
  const auto has = [code](const auto& codes) {
    return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
  };
  return has(kUsual) || (score < kMild && has(kUsualWhenMild));
}

// Reports the candidates of one chunk.
class Reporter {
 public:
  Reporter(const RuleSet& rules, const Subject& subject, ScanSink& sink)
      : rules_(rules), subject_(subject), sink_(sink) {}

  // `candidates` are ordered by rule; they are reported by place.
  void report(std::vector<Candidate>& candidates, std::uint32_t per_rule_max) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < candidates.size();) {
      std::size_t end = i;
      bool flooded = false;
      for (; end < candidates.size() && candidates[end].rule == candidates[i].rule; ++end) {
        flooded = flooded || candidates[end].flooded;
      }
      const std::size_t count = end - i;
      const std::size_t take = std::min<std::size_t>(count, per_rule_max);
      if (take < count) best_first(candidates.begin() + at(i), candidates.begin() + at(end));
      if (take < count || flooded) storm(candidates[i], count - take, flooded);
      std::move(candidates.begin() + at(i), candidates.begin() + at(i + take),
                candidates.begin() + at(kept));
      kept += take;
      i = end;
    }
    candidates.resize(kept);
    std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
      return std::tuple(a.in_chunk.offset, a.rule, a.view, a.place.offset) <
             std::tuple(b.in_chunk.offset, b.rule, b.view, b.place.offset);
    });
    for (const Candidate& candidate : candidates) sink_.add(finding(candidate));
  }

 private:
  using Iterator = std::vector<Candidate>::iterator;

  static std::ptrdiff_t at(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  static void best_first(Iterator begin, Iterator end) {
    std::sort(begin, end, [](const Candidate& a, const Candidate& b) {
      return std::tuple(-a.score, a.in_chunk.offset, a.view, a.place.offset) <
             std::tuple(-b.score, b.in_chunk.offset, b.view, b.place.offset);
    });
  }

  Finding located(FindingCode code, const Candidate& candidate, float score) const {
    const Chunk& chunk = *subject_.chunk;
    Finding finding =
        Finding::of(code, subject_.layer.id, chunk.map.to_source(candidate.in_chunk), score);
    finding.channel = candidate.channel;
    finding.decoding = subject_.views[candidate.view].decoding;
    finding.rule = rules_.rules()[candidate.rule].id;
    finding.locator = chunk.locator;
    finding.record_id = chunk.record_id;
    return finding;
  }

  void storm(const Candidate& first, std::size_t more, bool flooded) {
    Finding finding = located(FindingCode::kMatchStorm, first, kStormScore);
    finding.evidence =
        std::to_string(more) + (flooded ? " or more" : "") + " further matches of this rule";
    sink_.add(std::move(finding));
  }

  Finding finding(const Candidate& candidate) const {
    const RuleSpec& rule = rules_.rules()[candidate.rule];
    Finding finding = located(rule.code, candidate, candidate.score);
    const bool usual = subject_.chunk->is_prompt && is_usual_in_prompt(rule.code, candidate.score);
    finding.severity = usual ? Severity::kInfo : rule.severity;
    finding.strength = rule.strength;
    finding.evidence = evidence(rule, candidate);
    finding.atlas = rule.atlas;
    finding.owasp = rule.owasp;
    finding.stride = rule.stride;
    return finding;
  }

  std::string evidence(const RuleSpec& rule, const Candidate& candidate) const {
    const std::string_view match = subject_.views[candidate.view].text.text().substr(
        candidate.whole.offset, candidate.whole.length);
    return printable(rule.redact ? redacted(match) : match, Finding::kEvidenceMax);
  }

  const RuleSet& rules_;
  const Subject& subject_;
  ScanSink& sink_;
};

// Sends what the matches ask for; false when that is not all.
bool send_requests(const RuleSet& rules, const MatchCollector& matches, std::string_view text,
                   DecodeRequests& requests, ScanSink& sink) {
  requests.clear();
  bool all = true;
  for (const MatchEnd& match : matches.matches()) {
    const RuleSpec& rule = rules.rules()[rules.patterns()[match.pattern].rule];
    if (rule.asks_for == Decoding::kNone) continue;
    requests.add(rule.asks_for, match.end);
    all = all && matches.dropped(match.pattern) == 0;
  }
  return requests.send(text, sink) && all;
}

}  // namespace

RuleScanner::RuleScanner(std::shared_ptr<const RuleSet> rules) : rules_(std::move(rules)) {
  CREDENCE_CHECK(rules_ != nullptr);
}

const ScannerInfo& RuleScanner::info() const noexcept { return kInfo; }

std::unique_ptr<Scanner::Scratch> RuleScanner::make_scratch() const {
  auto scratch = std::make_unique<RuleScratch>(*rules_);
  // Compiling proved that this machine can; what is left is out of memory.
  CREDENCE_CHECK(rules_->detection().fit(scratch->detection).ok());
  CREDENCE_CHECK(scratch->detection.hyperscan.fit(rules_->cues()).ok());
  for (std::uint32_t group = 0; group < rules_->context_groups(); ++group) {
    if (const HyperscanDatabase* context = rules_->context(group)) {
      CREDENCE_CHECK(scratch->detection.hyperscan.fit(*context).ok());
    }
  }
  return scratch;
}

Result<void> RuleScanner::scan(const Subject& subject, Budget& budget, Scratch& base,
                               ScanSink& sink) const {
  CREDENCE_CHECK(subject.chunk != nullptr);
  auto& scratch = static_cast<RuleScratch&>(base);
  scratch.candidates.clear();

  bool in_time = true;
  for (std::uint32_t i = 0; i < subject.views.size() && in_time; ++i) {
    const TextView& view = subject.views[i];
    if (view.text.size() >= kClockFrom && budget.expired()) {
      in_time = false;
      break;
    }
    scratch.collector.begin();
    auto scanned = rules_->detection().scan(view.text, scratch.detection, scratch.collector);
    if (!scanned) return scanned;
    if (scratch.collector.empty()) continue;

    if (view.decoding == Decoding::kNone &&
        !send_requests(*rules_, scratch.collector, view.text.text(), scratch.requests, sink)) {
      sink.lower_coverage(Coverage::kPartial, CoverageReason::kExpansionLimit, subject.layer.id,
                          "rules: more places to decode than are tried");
    }
    auto found = scratch.finder.find(subject, i, scratch.collector, scratch.detection.hyperscan,
                                     budget, scratch.candidates);
    if (!found) return std::move(found).error();
    in_time = *found;
  }
  if (!in_time) {
    sink.lower_coverage(Coverage::kPartial, CoverageReason::kDeadline, subject.layer.id,
                        "rules: the time was used up");
  }
  if (scratch.candidates.empty()) return {};
  if (subject.views.size() > 1) keep_mildest(subject.views, scratch.candidates);
  Reporter(*rules_, subject, sink)
      .report(scratch.candidates, budget.limits().findings_per_rule_max);
  return {};
}

}  // namespace credence
