#include "scanners/rules/lint.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <limits>
#include <map>
#include <span>
#include <string_view>
#include <utility>

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

// Patterns with the rules that own them.
struct Patterns {
  std::vector<HyperscanPattern> list;
  std::vector<std::size_t> rule;
};

Patterns translate_all(std::span<const RuleSpec> rules) {
  Patterns out;
  for (std::size_t r = 0; r < rules.size(); ++r) {
    for (const RulePattern& pattern : rules[r].patterns) {
      out.list.push_back(translate(pattern).hyperscan);
      out.rule.push_back(r);
    }
  }
  return out;
}

template <typename Wanted>
std::vector<HyperscanPattern> select(const Patterns& patterns, Wanted wanted) {
  std::vector<HyperscanPattern> out;
  for (std::size_t i = 0; i < patterns.list.size(); ++i) {
    if (wanted(patterns.rule[i])) out.push_back(patterns.list[i]);
  }
  return out;
}

// Seconds that `patterns` take for `text`, and to compile.
struct Timing {
  double scan = 0;
  double compile = 0;

  [[nodiscard]] double rate_mb_s() const noexcept {
    return static_cast<double>(kTextSize) / 1e6 / std::max(scan, 1e-9);
  }
};

Result<Timing> measure(std::span<const HyperscanPattern> patterns, PaddedView text) {
  Timing timing;
  const auto begin = SteadyTime::now();
  auto database = HyperscanDatabase::compile(patterns);
  if (!database) return std::move(database).error();
  timing.compile = seconds_since(begin);

  HyperscanScratch scratch;
  if (auto fitted = scratch.fit(*database); !fitted) return std::move(fitted).error();
  timing.scan = std::numeric_limits<double>::max();
  auto on_match = [](std::uint32_t, std::uint64_t) noexcept { return true; };
  for (int pass = 0; pass < kPasses; ++pass) {
    const auto start = SteadyTime::now();
    if (auto scanned = database->scan(text, scratch, on_match); !scanned) {
      return std::move(scanned).error();
    }
    timing.scan = std::min(timing.scan, seconds_since(start));
  }
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
        patterns_(translate_all(rules_)),
        text_(PaddedBuffer::copy_of(lint_text(kTextSize))),
        started_(SteadyTime::now()) {}

  Result<LintReport> run() {
    for (const RuleSpec& rule : rules_) remark(rule, report_.notes);
    if (patterns_.list.empty()) return std::move(report_);
    auto whole = measure(patterns_.list, text_.view());
    if (!whole) return std::move(whole).error();
    whole_ = *whole;
    report_.rate_mb_s = whole_.rate_mb_s();
    if (auto measured = measure_families(); !measured) return std::move(measured).error();
    if (auto measured = measure_rules(); !measured) return std::move(measured).error();
    if (auto measured = measure_shares(); !measured) return std::move(measured).error();
    judge();
    return std::move(report_);
  }

 private:
  Result<void> measure_families() {
    std::map<std::string_view, std::size_t> families;
    for (const std::size_t rule : patterns_.rule) ++families[rules_[rule].family];
    for (const auto& [family, count] : families) {
      const auto selected = select(patterns_, [this, &family = family](std::size_t rule) {
        return rules_[rule].family == family;
      });
      auto timing = measure(selected, text_.view());
      if (!timing) return std::move(timing).error();
      report_.families.push_back({std::string(family), count, timing->rate_mb_s()});
    }
    std::sort(report_.families.begin(), report_.families.end(),
              [](const FamilyCost& a, const FamilyCost& b) { return a.rate_mb_s < b.rate_mb_s; });
    return {};
  }

  Result<void> measure_rules() {
    for (std::size_t r = 0; r < rules_.size(); ++r) {
      const auto selected = select(patterns_, [r](std::size_t rule) { return rule == r; });
      auto timing = measure(selected, text_.view());
      if (!timing) return std::move(timing).error();
      report_.rules.push_back({rules_[r].id, rules_[r].source, timing->rate_mb_s(),
                               timing->compile * 1e3, std::nullopt});
      index_[rules_[r].id] = r;
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
      const bool in_time = seconds_since(started_) + whole_.compile <
                           std::chrono::duration<double>(options_.time_max).count();
      if (alone <= options_.share_max * all || !in_time) break;
      const std::size_t without = index_[cost.rule];
      auto timing = measure(
          select(patterns_, [without](std::size_t rule) { return rule != without; }), text_.view());
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
  Patterns patterns_;
  PaddedBuffer text_;
  SteadyTime::time_point started_;
  Timing whole_;
  LintReport report_;
  std::map<std::string_view, std::size_t> index_;
};

}  // namespace

Result<LintReport> lint_rules(const RuleSet& rules, const LintOptions& options) {
  return Linter(rules, options).run();
}

namespace {

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

Result<double> measure_rate(const RuleSet& rules) {
  if (rules.detection() == nullptr) return std::numeric_limits<double>::infinity();
  HyperscanScratch scratch;
  if (auto fitted = scratch.fit(*rules.detection()); !fitted) return std::move(fitted).error();
  const PaddedBuffer text = PaddedBuffer::copy_of(lint_text(kTextSize));
  auto on_match = [](std::uint32_t, std::uint64_t) noexcept { return true; };
  Timing timing;
  timing.scan = std::numeric_limits<double>::max();
  for (int pass = 0; pass < kPasses; ++pass) {
    const double start = processor_seconds();
    if (auto scanned = rules.detection()->scan(text.view(), scratch, on_match); !scanned) {
      return std::move(scanned).error();
    }
    timing.scan = std::min(timing.scan, processor_seconds() - start);
  }
  return timing.rate_mb_s();
}

namespace {

// Half of the words of English prose are these; their order is that of frequency.
constexpr auto kCommonWords = std::to_array<std::string_view>(
    {"the",   "of",    "and",  "to",   "a",    "in",   "is",    "that", "for",   "it",    "was",
     "on",    "with",  "as",   "be",   "by",   "this", "are",   "from", "at",    "which", "or",
     "an",    "not",   "have", "you",  "all",  "can",  "one",   "will", "has",   "more",  "when",
     "their", "about", "if",   "they", "its",  "been", "other", "were", "there", "some",  "may",
     "these", "would", "into", "than", "only", "also", "your",  "use",  "what",  "no",    "do"});

// Words that rules look for and clean text has too, each in one of some thousand words.
constexpr auto kTopicWords = std::to_array<std::string_view>(
    {"system",  "message",   "instructions", "previous", "answer", "assistant", "model", "user",
     "prompt",  "important", "please",       "ignore",   "rules",  "data",      "send",  "document",
     "account", "password",  "request",      "output",   "follow", "note",      "write", "new"});

constexpr auto kSyllables = std::to_array<std::string_view>(
    {"con", "ter", "ment", "ly",   "re",  "in",  "per", "tion", "al",  "ver", "man", "der",
     "ing", "com", "pre",  "son",  "est", "ual", "ma",  "ri",   "no",  "lo",  "ber", "tic",
     "age", "ous", "ble",  "land", "ex",  "dis", "ka",  "po",   "sur", "ner", "ite", "ward"});

class TextMaker {
 public:
  std::string make(std::size_t size) {
    text_.reserve(size + 64);
    while (text_.size() < size) sentence();
    text_.resize(size);
    return std::move(text_);
  }

 private:
  // Linear congruential generator, constants of Numerical Recipes.
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 8) % below;
  }

  std::string word() {
    const std::uint32_t kind = next(100);
    if (kind < 50) {
      const auto count = static_cast<std::uint32_t>(kCommonWords.size());
      return std::string(kCommonWords[next(count) * next(count) / count]);
    }
    if (kind < 51) return std::string(kTopicWords[next(kTopicWords.size())]);
    std::string made;
    for (std::uint32_t n = 2 + next(2); n > 0; --n) made += kSyllables[next(kSyllables.size())];
    return made;
  }

  void sentence() {
    for (std::uint32_t left = 7 + next(14), first = left; left > 0; --left) {
      std::string each = word();
      if (left == first) each[0] = static_cast<char>(each[0] - 'a' + 'A');
      text_ += each;
      if (left > 1) text_ += next(12) == 0 ? ", " : " ";
    }
    text_ += next(6) == 0 ? ".\n\n" : ". ";
  }

  std::string text_;
  std::uint32_t state_ = 1;
};

}  // namespace

std::string lint_text(std::size_t size) { return TextMaker().make(size); }

}  // namespace credence
