#include "scanners/rules/lint.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <limits>
#include <map>
#include <span>
#include <string_view>
#include <utility>

#include "scanners/rules/detection.h"
#include "scanners/rules/hyperscan.h"
#include "scanners/rules/pattern.h"

namespace credence {
namespace {

using SteadyTime = std::chrono::steady_clock;

constexpr std::size_t kTextSize = 1 << 20;
constexpr int kPasses = 5;  // the fastest counts
constexpr std::uint32_t kShortMatch = 4;
constexpr double kSlowCompileMs = 1'000;

double seconds_since(SteadyTime::time_point start) {
  return std::chrono::duration<double>(SteadyTime::now() - start).count();
}

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double rate_mb_s(double seconds) {
  return static_cast<double>(kTextSize) / 1e6 / std::max(seconds, 1e-9);
}

// Processor seconds that one scan of `text` takes.
Result<double> measure(const Detection& detection, PaddedView text) {
  DetectionScratch scratch;
  if (auto fitted = detection.fit(scratch); !fitted) return std::move(fitted).error();
  auto on_match = [](std::uint32_t, std::uint64_t) noexcept { return true; };
  double best = std::numeric_limits<double>::max();
  for (int pass = 0; pass < kPasses; ++pass) {
    const double start = processor_seconds();
    if (auto scanned = detection.scan(text, scratch, on_match); !scanned) {
      return std::move(scanned).error();
    }
    best = std::min(best, processor_seconds() - start);
  }
  return best;
}

// What some rules take for `text`, and to compile, in processor seconds.
struct Timing {
  double scan = 0;
  double compile = 0;
};

Result<Timing> measure(std::span<const RuleSpec> rules, PaddedView text) {
  Timing timing;
  const double begin = processor_seconds();
  auto plan = plan_detection(rules);
  if (!plan) return std::move(plan).error();
  auto detection = Detection::compile(*plan);
  if (!detection) return std::move(detection).error();
  timing.compile = processor_seconds() - begin;
  auto scan = measure(*detection, text);
  if (!scan) return std::move(scan).error();
  timing.scan = *scan;
  return timing;
}

bool has_unbounded_dot(const RulePattern& pattern) {
  for (const std::string_view any : {"[\\s\\S]*", "[\\s\\S]+", "[\\S\\s]*", "(?s:.*"}) {
    if (pattern.expression.find(any) != std::string::npos) return true;
  }
  if (!pattern.dot_all) return false;
  const std::string_view expression = pattern.expression;
  for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] == '\\') {
      ++i;
    } else if (expression[i] == '.' && (expression[i + 1] == '*' || expression[i + 1] == '+')) {
      return true;
    }
  }
  return false;
}

void remark(const RuleSpec& rule, std::vector<LintNote>& notes) {
  for (const RulePattern& pattern : rule.patterns) {
    if (has_unbounded_dot(pattern)) {
      notes.push_back({rule.id, rule.source,
                       "an unbounded repeat of any character reaches over the whole text; "
                       "bound it, as in .{0,200}"});
    }
    const auto width = hyperscan_width(translate(pattern).hyperscan);
    if (width && width->min < kShortMatch) {
      notes.push_back({rule.id, rule.source,
                       "matches as little as " + std::to_string(width->min) +
                           " bytes; short matches are many and slow the scan"});
    }
  }
}

class Linter {
 public:
  Linter(const RuleSet& rules, const LintOptions& options)
      : rules_(rules.rules()),
        options_(options),
        text_(PaddedBuffer::copy_of(lint_text(kTextSize))),
        started_(SteadyTime::now()) {}

  Result<LintReport> run() {
    for (const RuleSpec& rule : rules_) remark(rule, report_.notes);
    if (rules_.empty()) return std::move(report_);
    auto whole = measure(rules_, text_.view());
    if (!whole) return std::move(whole).error();
    whole_ = *whole;
    report_.rate_mb_s = rate_mb_s(whole_.scan);
    if (auto measured = measure_families(); !measured) return std::move(measured).error();
    if (auto measured = measure_rules(); !measured) return std::move(measured).error();
    if (auto measured = measure_shares(); !measured) return std::move(measured).error();
    judge();
    return std::move(report_);
  }

 private:
  template <typename Wanted>
  Result<Timing> measure_where(Wanted wanted) {
    std::vector<RuleSpec> selected;
    std::copy_if(rules_.begin(), rules_.end(), std::back_inserter(selected), wanted);
    return measure(selected, text_.view());
  }

  [[nodiscard]] bool in_time(double ahead = 0) const {
    return seconds_since(started_) + ahead <
           std::chrono::duration<double>(options_.time_max).count();
  }

  Result<void> measure_families() {
    std::map<std::string_view, std::size_t> families;
    for (const RuleSpec& rule : rules_) families[rule.family] += rule.patterns.size();
    for (const auto& [family, count] : families) {
      if (!in_time()) return {};
      auto timing =
          measure_where([&family = family](const RuleSpec& rule) { return rule.family == family; });
      if (!timing) return std::move(timing).error();
      report_.families.push_back({std::string(family), count, rate_mb_s(timing->scan)});
    }
    std::sort(report_.families.begin(), report_.families.end(),
              [](const FamilyCost& a, const FamilyCost& b) { return a.rate_mb_s < b.rate_mb_s; });
    return {};
  }

  Result<void> measure_rules() {
    for (const RuleSpec& rule : rules_) {
      if (!in_time()) {
        ++report_.rules_left_out;
        continue;
      }
      auto timing = measure(std::span(&rule, 1), text_.view());
      if (!timing) return std::move(timing).error();
      report_.rules.push_back(
          {rule.id, rule.source, rate_mb_s(timing->scan), timing->compile * 1e3, std::nullopt});
    }
    std::sort(report_.rules.begin(), report_.rules.end(),
              [](const RuleCost& a, const RuleCost& b) { return a.rate_mb_s < b.rate_mb_s; });
    return {};
  }

  Result<void> measure_shares() {
    if (rules_.size() < 2) return {};
    for (RuleCost& cost : report_.rules) {
      const double alone = 1.0 / cost.rate_mb_s;
      const double all = 1.0 / report_.rate_mb_s;
      if (alone <= options_.share_max * all || !in_time(whole_.compile)) break;
      auto timing = measure_where([&](const RuleSpec& rule) { return rule.id != cost.rule; });
      if (!timing) return std::move(timing).error();
      cost.share = std::max(0.0, 1.0 - timing->scan / whole_.scan);
    }
    return {};
  }

  void judge() {
    if (report_.rate_mb_s < options_.rate_mb_s_min) {
      report_.refusals.push_back("the set scans " + in_words(report_.rate_mb_s) +
                                 " MB/s of clean text; at least " +
                                 in_words(options_.rate_mb_s_min) + " are asked for");
    }
    for (const RuleCost& cost : report_.rules) {
      if (cost.share && *cost.share > options_.share_max) {
        report_.refusals.push_back(cost.source + ": rule " + cost.rule + " takes " +
                                   in_words(*cost.share * 100) + " % of the scan time; at most " +
                                   in_words(options_.share_max * 100) + " % are permitted");
      }
      if (cost.compile_ms > kSlowCompileMs) {
        report_.notes.push_back({cost.rule, cost.source,
                                 "takes " + in_words(cost.compile_ms) +
                                     " ms to compile; split it or bound its repeats lower"});
      }
    }
  }

  static std::string in_words(double value) {
    return std::to_string(static_cast<long long>(value + 0.5));
  }

  std::span<const RuleSpec> rules_;
  const LintOptions& options_;
  PaddedBuffer text_;
  SteadyTime::time_point started_;
  Timing whole_;
  LintReport report_;
};

}  // namespace

Result<LintReport> lint_rules(const RuleSet& rules, const LintOptions& options) {
  return Linter(rules, options).run();
}

Result<double> measure_rate(const RuleSet& rules) {
  if (rules.rules().empty()) return std::numeric_limits<double>::infinity();
  const PaddedBuffer text = PaddedBuffer::copy_of(lint_text(kTextSize));
  auto seconds = measure(rules.detection(), text.view());
  if (!seconds) return std::move(seconds).error();
  return rate_mb_s(*seconds);
}

}  // namespace credence
