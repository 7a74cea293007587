#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"
#include "scanners/rules/hyperscan.h"
#include "scanners/rules/rule_spec.h"

namespace credence {

// What is known of a pattern beside what Hyperscan is given.
struct PatternTraits {
  std::uint32_t rule = 0;
  bool edge_before = false;  // see TranslatedPattern
  bool edge_after = false;
  bool utf8 = false;
};

// What is compiled for a list of rules.
struct DetectionPlan {
  // All patterns of all rules, in order; ids are indices. Those in `local` belong to rules
  // with a landmark.
  std::vector<HyperscanPattern> patterns;
  std::vector<PatternTraits> traits;
  std::vector<bool> local;

  // The landmarks, and how many bytes before and after the end of each the patterns that
  // need it can lie.
  std::vector<HyperscanPattern> landmarks;
  std::vector<std::uint64_t> reach;
  std::vector<std::uint32_t> landmark_owner;  // the first rule that has it
};

// Refuses a rule that cannot have its landmark: more than one, or a pattern without a
// bound or tied to a line's or the text's beginning or end.
[[nodiscard]] Result<DetectionPlan> plan_detection(std::span<const RuleSpec> rules);

// Working memory of Detection::scan, for one thread at a time.
struct DetectionScratch {
  HyperscanScratch hyperscan;
  std::vector<ByteSpan> places;  // around landmarks
};

// Finds the ends of all rules' patterns in a text.
//
// Two databases: one of what is looked for in all of a text, patterns and landmarks; and
// one of the patterns that count only near a landmark, which is scanned only there. Both
// report what one database of all patterns would, except for matches that lie nowhere near
// a landmark of theirs. Immutable; any number of threads may scan at once.
class Detection {
 public:
  // On failure *failed, where given, is the index of the pattern at fault, of the landmark
  // at fault plus the number of patterns, or beyond both.
  [[nodiscard]] static Result<Detection> compile(const DetectionPlan& plan,
                                                 std::size_t* failed = nullptr);

  // As HyperscanDatabase's; `plan` is the one that it was compiled from.
  [[nodiscard]] std::string serialise() const;
  [[nodiscard]] static Result<Detection> deserialise(const DetectionPlan& plan,
                                                     std::string_view bytes);

  Result<void> fit(DetectionScratch& scratch) const;

  // Calls on_match(pattern, end) for each end of each match; see HyperscanDatabase::scan.
  template <typename OnMatch>
  Result<void> scan(PaddedView text, DetectionScratch& scratch, OnMatch& on_match) const {
    scratch.places.clear();
    const auto pattern_count = pattern_count_;
    auto take = [&](std::uint32_t id, std::uint64_t end) noexcept -> bool {
      if (id < pattern_count) return on_match(id, end);
      add_place(text.text(), end, reach_[id - pattern_count], scratch.places);
      return true;
    };
    if (everywhere_) {
      if (auto scanned = everywhere_->scan(text, scratch.hyperscan, take); !scanned) return scanned;
    }
    for (const ByteSpan& place : scratch.places) {
      auto shift = [&](std::uint32_t id, std::uint64_t end) noexcept -> bool {
        return on_match(id, place.offset + end);
      };
      auto scanned =
          local_->scan(text.subview(place.offset, place.length), scratch.hyperscan, shift);
      if (!scanned) return scanned;
    }
    return {};
  }

 private:
  explicit Detection(const DetectionPlan& plan)
      : pattern_count_(static_cast<std::uint32_t>(plan.patterns.size())), reach_(plan.reach) {}

  static void add_place(std::string_view text, std::uint64_t end, std::uint64_t reach,
                        std::vector<ByteSpan>& places) noexcept;

  std::uint32_t pattern_count_ = 0;
  std::vector<std::uint64_t> reach_;  // a landmark each
  std::optional<HyperscanDatabase> everywhere_;
  std::optional<HyperscanDatabase> local_;
};

}  // namespace credence
