#include "scanners/normalise/decoders/stretch.h"

#include <algorithm>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"

namespace credence::normalise {
namespace {

// How far a cut moves to find a blank.
constexpr std::size_t kSnap = 64;

std::size_t begin_of(std::string_view text, std::size_t at, std::size_t low) {
  const std::size_t floor = std::max(low, at > kContextMax ? at - kContextMax : 0);
  for (std::size_t i = at; i > floor; --i) {
    if (i >= 2 && text[i - 1] == '\n' && text[i - 2] == '\n') return i;
  }
  if (floor == low) return low;
  for (std::size_t i = floor; i < std::min(floor + kSnap, at); ++i) {
    if (is_blank(text[i])) return i + 1;
  }
  return std::max(low, utf8_floor(text, floor));
}

std::size_t end_of(std::string_view text, std::size_t at) {
  const std::size_t ceiling = std::min(text.size(), at + kContextMax);
  for (std::size_t i = at; i + 1 < ceiling; ++i) {
    if (text[i] == '\n' && text[i + 1] == '\n') return i;
  }
  if (ceiling == text.size()) return ceiling;
  for (std::size_t i = ceiling; i > std::max(at, ceiling - kSnap); --i) {
    if (is_blank(text[i - 1])) return i - 1;
  }
  return std::max(at, utf8_floor(text, ceiling));
}

}  // namespace

std::vector<Stretch> paragraphs_around(std::string_view text,
                                       const std::vector<std::uint32_t>& blocks) {
  std::vector<Stretch> out;
  for (const std::uint32_t block : blocks) {
    const std::size_t first = block * Candidates::kBlock;
    const std::size_t last = std::min(text.size(), first + Candidates::kBlock);
    const std::size_t low = out.empty() ? 0 : out.back().end;
    if (!out.empty() && last <= out.back().end) continue;
    // A block that reaches past the paragraph before it may only end there.
    const std::size_t at = utf8_floor(text, std::max(first, low));
    const std::size_t begin = at <= low ? low : begin_of(text, at, low);
    const std::size_t end = end_of(text, utf8_floor(text, last));
    if (!out.empty() && begin == low && text.substr(low, 2) != "\n\n" && low != 0) {
      out.back().end = end;
    } else if (begin < end) {
      out.push_back({begin, end});
    }
  }
  return out;
}

}  // namespace credence::normalise
