#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scanners/rules/detection.h"

namespace credence {

// The end of a match in a text.
struct MatchEnd {
  std::uint32_t pattern = 0;
  std::uint64_t end = 0;
};

// Takes the matches of one scan and keeps a bounded number, in memory that is
// allocated once. A pattern whose end can move (`foo\w+`) is reported at each
// place; of such a run only the last is kept. What is beyond the bounds is
// counted, never lost without a trace: each pattern has places of its own, so that
// a flood of one cannot push out another.
class MatchCollector {
 public:
  static constexpr std::size_t kOwnPlaces = 16;         // of each pattern
  static constexpr std::size_t kSharedPlaces = 32'768;  // of all together, beyond those
  static constexpr std::size_t kPatternMax = 1'024;     // of one pattern

  explicit MatchCollector(std::span<const PatternTraits> patterns);

  // Forgets everything, in constant time.
  void begin() noexcept;

  // A match as HyperscanDatabase::scan reports it. Never stops the scan.
  bool operator()(std::uint32_t pattern, std::uint64_t end) noexcept;

  [[nodiscard]] bool empty() const noexcept { return matches_.empty(); }
  [[nodiscard]] std::span<const MatchEnd> matches() const noexcept { return matches_; }

  // Matches of `pattern` that were met and not kept.
  [[nodiscard]] std::uint64_t dropped(std::uint32_t pattern) const noexcept;

 private:
  struct State {
    std::uint64_t round = 0;  // the rest counts only in the current round
    std::uint64_t dropped = 0;
    std::uint32_t kept = 0;
    std::uint32_t last = 0;  // index of the last kept match
  };

  std::span<const PatternTraits> patterns_;
  std::vector<State> states_;
  std::vector<MatchEnd> matches_;  // capacity reserved; never grows beyond it
  std::size_t shared_ = 0;
  std::uint64_t round_ = 1;
};

}  // namespace credence
