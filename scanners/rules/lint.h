#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scanners/core/result.h"
#include "scanners/rules/rule_set.h"

namespace credence {

struct LintOptions {
  double rate_mb_s_min = 100;         // of the whole set on clean text; slower is refused
  double share_max = 0.2;             // of the scan time, of one rule; more is refused
  std::chrono::seconds time_max{30};  // what measuring may take, about
};

// A remark on how a rule is written.
struct LintNote {
  std::string rule;
  std::string source;
  std::string what;
};

// What one family of rules costs when it is scanned for alone.
struct FamilyCost {
  std::string family;
  std::size_t patterns = 0;
  double rate_mb_s = 0;
};

struct RuleCost {
  std::string rule;
  std::string source;
  double rate_mb_s = 0;  // scanned for alone
  double compile_ms = 0;
  // Of the set's scan time, measured by leaving the rule out; absent where the rule
  // is too fast alone to matter, or the time ran out.
  std::optional<double> share;
};

struct LintReport {
  double rate_mb_s = 0;              // of the whole set
  std::vector<FamilyCost> families;  // slowest first
  std::vector<RuleCost> rules;       // slowest first
  std::size_t rules_left_out = 0;    // not measured alone: the time was used up
  std::vector<LintNote> notes;
  std::vector<std::string> refusals;  // why the set should not be used; empty: it may
};

// Measures what each rule costs in processor time on generated clean text, and remarks on
// patterns that are likely to cost or to match too much. Timing depends on the
// machine and on what else runs there.
//
// Each rule is timed alone. A rule cannot take a larger share of the set's time
// than it takes alone, so that only those above the permitted share are then left
// out of the set one by one, slowest first, until the time is used up.
[[nodiscard]] Result<LintReport> lint_rules(const RuleSet& rules, const LintOptions& options);

// MB/s of processor time of the whole set, as it was compiled, on clean text; infinite
// without rules. For those who cannot wait for lint_rules(): takes some milliseconds.
[[nodiscard]] Result<double> measure_rate(const RuleSet& rules);

// Clean English-like text of `size` bytes, always the same.
[[nodiscard]] std::string lint_text(std::size_t size);

}  // namespace credence
