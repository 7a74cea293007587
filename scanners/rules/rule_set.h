#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/digest.h"
#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"
#include "scanners/rules/detection.h"
#include "scanners/rules/hyperscan.h"
#include "scanners/rules/rule_spec.h"
#include "scanners/rules/start_finder.h"

namespace credence {

struct RuleSetOptions {
  // SHA-256; required.
  DigestFunction digest = nullptr;

  // An existing directory where compiled sets are kept between runs (compiling a
  // thousand patterns takes seconds, loading a millisecond); empty keeps none.
  std::string cache_directory;
};

// Rules compiled together. Immutable; shared by all scanners that use it.
//
// What every text is scanned with is in detection(). More databases are scanned only around
// matches: what the rules' conditions look for, and the cues of talk about attacks
// (lexicon.h).
class RuleSet {
 public:
  // Refuses the whole set for one bad rule: the message names the rule, where it
  // was written, and what is wrong. A set without rules matches nothing.
  [[nodiscard]] static Result<std::shared_ptr<const RuleSet>> compile(
      std::vector<RuleSpec> rules, const RuleSetOptions& options);

  // Of everything that decides what this set finds: all fields of all rules, and
  // the compiler's version. Does not depend on the machine.
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }

  [[nodiscard]] std::span<const RuleSpec> rules() const noexcept { return rules_; }

  // Whether the databases came from the cache.
  [[nodiscard]] bool from_cache() const noexcept { return from_cache_; }

  // A NearCondition, resolved.
  struct Condition {
    std::uint32_t context_id = 0;
    std::uint32_t within = 0;
  };
  struct Conditions {
    std::uint32_t group = 0;  // which of the context databases looks for them
    std::vector<Condition> near;
    std::vector<Condition> not_near;
  };

  // Of each pattern; its index is what detection() reports a match with.
  [[nodiscard]] std::span<const PatternTraits> patterns() const noexcept { return patterns_; }
  [[nodiscard]] const Conditions& conditions(std::uint32_t rule) const noexcept {
    return conditions_[rule];
  }

  [[nodiscard]] const Detection& detection() const noexcept { return *detection_; }

  // What the conditions of neighbouring rules of one family look for, so that around a match
  // not all rules' conditions are. Ids are Condition::context_id; null when they have none.
  [[nodiscard]] std::size_t context_groups() const noexcept { return contexts_.size(); }
  [[nodiscard]] const HyperscanDatabase* context(std::uint32_t group) const noexcept {
    return contexts_[group] ? &*contexts_[group] : nullptr;
  }
  [[nodiscard]] std::size_t context_count() const noexcept { return context_begin_.back(); }

  // Ids are indices of discussion_cues().
  [[nodiscard]] const HyperscanDatabase& cues() const noexcept { return *cues_; }

  // Of the detection database's patterns, and of the context databases'.
  [[nodiscard]] const StartFinder& starts() const noexcept { return *starts_; }
  [[nodiscard]] const StartFinder& context_starts() const noexcept { return *context_starts_; }

 private:
  RuleSet() = default;

  Result<void> check_rules() const;
  [[nodiscard]] std::vector<HyperscanPattern> translate_conditions();
  Result<void> compile_contexts(std::span<const HyperscanPattern> context);
  Result<void> compile_databases(const DetectionPlan& plan,
                                 std::span<const HyperscanPattern> context);
  bool load_databases(const DetectionPlan& plan, std::string_view content);
  [[nodiscard]] std::string serialise_databases() const;

  std::vector<RuleSpec> rules_;
  std::vector<PatternTraits> patterns_;
  std::vector<Conditions> conditions_;         // a rule each
  std::vector<std::uint32_t> context_owners_;  // the first rule that uses a context pattern
  Digest digest_;
  bool from_cache_ = false;
  std::optional<Detection> detection_;
  std::vector<std::optional<HyperscanDatabase>> contexts_;  // a group each
  std::vector<std::uint32_t> context_begin_;                // of each group's ids, and the end
  std::optional<HyperscanDatabase> cues_;
  std::optional<StartFinder> starts_;
  std::optional<StartFinder> context_starts_;
};

}  // namespace credence
