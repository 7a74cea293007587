#include "scanners/rules/self_test.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>

#include "scanners/core/utf8.h"
#include "scanners/rules/match_collector.h"
#include "scanners/rules/rule_scanner.h"

namespace credence {
namespace {

constexpr float kMatchShare = 0.9F;
constexpr float kNoMatchBelow = 0.5F;
constexpr std::size_t kShownMax = 120;

// The best finding of one rule.
class BestOf final : public ScanSink {
 public:
  explicit BestOf(std::string_view rule) : rule_(rule) {}

  void add(Finding finding) override {
    if (finding.rule != rule_ || finding.code == FindingCode::kMatchStorm) return;
    score_ = std::max(score_.value_or(0), finding.score);
  }
  void lower_coverage(Coverage, CoverageReason, LayerId, std::string_view) override {}
  void request_decoding(Decoding, ByteSpan) override {}

  [[nodiscard]] std::optional<float> score() const noexcept { return score_; }

 private:
  std::string_view rule_;
  std::optional<float> score_;
};

class Examiner {
 public:
  explicit Examiner(std::shared_ptr<const RuleSet> rules)
      : scanner_(std::move(rules)), scratch_(scanner_.make_scratch()) {}

  void examine(const RuleSpec& rule, std::vector<ExampleFailure>& failures) {
    for (const std::string& example : rule.match) {
      if (auto what = check_match(rule, example)) add(rule, example, *what, failures);
    }
    for (const std::string& example : rule.no_match) {
      if (auto what = check_no_match(rule, example)) add(rule, example, *what, failures);
    }
  }

 private:
  static void add(const RuleSpec& rule, std::string_view example, std::string what,
                  std::vector<ExampleFailure>& failures) {
    failures.push_back({rule.id, rule.source, printable(example, kShownMax), std::move(what)});
  }

  static std::string in_words(float score) {
    char text[16];
    std::snprintf(text, sizeof text, "%.2f", static_cast<double>(score));
    return text;
  }

  std::optional<std::string> check_match(const RuleSpec& rule, const std::string& example) {
    if (rule.asks_for != Decoding::kNone) {
      if (count_matches(rule, example) > 0) return std::nullopt;
      return "should match and does not";
    }
    const auto score = run(rule, example);
    if (!score) return "should give a finding and gives none";
    if (*score < rule.score * kMatchShare) {
      return "should give " + in_words(rule.score) + ", gives " + in_words(*score);
    }
    return std::nullopt;
  }

  std::optional<std::string> check_no_match(const RuleSpec& rule, const std::string& example) {
    if (rule.asks_for != Decoding::kNone) {
      if (count_matches(rule, example) < 2) return std::nullopt;
      return "should not ask for a decoding and does";
    }
    const auto score = run(rule, example);
    if (!score || *score < kNoMatchBelow) return std::nullopt;
    return "should give nothing, gives a finding of " + in_words(*score);
  }

  std::optional<float> run(const RuleSpec& rule, const std::string& example) {
    const PaddedBuffer text = PaddedBuffer::copy_of(example);
    const Layer layer;
    Chunk chunk = Chunk::borrowed(text.view());
    if (!rule.channels.empty()) chunk.channel = rule.channels.front();
    const TextView view{text.view(), nullptr, Decoding::kNone, 0};
    const Limits limits;
    const SystemClock clock;
    Budget budget(limits, clock, example.size());
    BestOf sink(rule.id);
    const Subject subject{layer, &chunk, std::span(&view, 1)};
    if (!scanner_.scan(subject, budget, *scratch_, sink)) return std::nullopt;
    return sink.score();
  }

  std::size_t count_matches(const RuleSpec& rule, const std::string& example) {
    const PaddedBuffer text = PaddedBuffer::copy_of(example);
    const RuleSet& rules = scanner_.rules();
    DetectionScratch scratch;
    if (!rules.detection().fit(scratch)) return 0;
    MatchCollector collector(rules.patterns());
    if (!rules.detection().scan(text.view(), scratch, collector)) return 0;
    const auto matches = collector.matches();
    return static_cast<std::size_t>(
        std::count_if(matches.begin(), matches.end(), [&](const MatchEnd& match) {
          return rules.rules()[rules.patterns()[match.pattern].rule].id == rule.id;
        }));
  }

  RuleScanner scanner_;
  std::unique_ptr<Scanner::Scratch> scratch_;
};

}  // namespace

std::vector<ExampleFailure> test_rules(std::shared_ptr<const RuleSet> rules) {
  std::vector<ExampleFailure> failures;
  Examiner examiner(rules);
  for (const RuleSpec& rule : rules->rules()) examiner.examine(rule, failures);
  return failures;
}

}  // namespace credence
