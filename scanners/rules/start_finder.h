#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "scanners/core/padded_buffer.h"
#include "scanners/rules/hyperscan.h"

namespace credence {

// Finds where a match begins. The detection database reports only ends, because
// reporting starts makes every scan about four times slower, and compiling one pattern
// again with starts takes Hyperscan up to a third of a second. Matches are rare, so a
// backtracking engine of the same syntax (PCRE2) looks at the bytes before the end; it
// compiles a pattern in microseconds, when its first match is met, and looks no further back
// than the pattern is wide.
//
// Thread-safe: a pattern is compiled once, whoever needs it first.
class StartFinder {
 public:
  static constexpr std::size_t kReach = 1024;  // bytes before the end that are looked at

  // `patterns` as given to the detection database, in order of their ids.
  explicit StartFinder(std::vector<HyperscanPattern> patterns);
  StartFinder(StartFinder&&) noexcept;
  StartFinder& operator=(StartFinder&&) noexcept;
  ~StartFinder();

  // The offset at which the match of `pattern` that ends at `end` begins: the leftmost
  // within kReach. Where the match is longer, or finding it takes more than a bounded
  // number of steps, the beginning of the line or sentence, at most kGuess bytes before
  // the end.
  [[nodiscard]] std::size_t find(std::uint32_t pattern, PaddedView text, std::size_t end) const;

 private:
  static constexpr std::size_t kGuess = 160;
  struct Lazy;

  const Lazy& compiled(std::uint32_t pattern) const;

  std::vector<HyperscanPattern> patterns_;
  std::unique_ptr<Lazy[]> lazy_;  // a pattern each
};

}  // namespace credence
