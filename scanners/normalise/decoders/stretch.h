#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "scanners/normalise/candidate_scan.h"

namespace credence::normalise {

// Half-open byte range of a text under examination.
struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool operator==(const Stretch&) const = default;
};

// Context kept on each side of an encoded place, at most.
inline constexpr std::size_t kContextMax = 1024;

// The paragraphs around the marked blocks: each reaches to an empty line, at most
// kContextMax bytes past its outermost marked block, and is cut at a blank where
// one is near. Ascending, disjoint; whole characters.
[[nodiscard]] std::vector<Stretch> paragraphs_around(std::string_view text,
                                                     const std::vector<std::uint32_t>& blocks);

}  // namespace credence::normalise
