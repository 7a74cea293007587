#pragma once

#include <cstddef>
#include <string_view>

#include <emmintrin.h>

#include "scanners/core/utf8.h"

namespace credence::normalise {

// The offset of the first byte >= 0x80 at or after `from`, or text.size().
[[nodiscard]] inline std::size_t find_high(std::string_view text, std::size_t from) noexcept {
  std::size_t i = from;
  for (; i + 16 <= text.size(); i += 16) {
    const int high =
        _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i)));
    if (high != 0) return i + static_cast<std::size_t>(__builtin_ctz(static_cast<unsigned>(high)));
  }
  while (i < text.size() && (text[i] & 0x80) == 0) ++i;
  return i;
}

// Reads the code point at `at`; `at` is within the text.
[[nodiscard]] inline CodePoint point_at(std::string_view text, std::size_t at) noexcept {
  return decode_utf8(text.substr(at));
}

// The code point that ends before `at`; length 0 at the start of the text and
// after invalid bytes.
[[nodiscard]] inline CodePoint point_before(std::string_view text, std::size_t at) noexcept {
  for (std::size_t length = 1; length <= 4 && length <= at; ++length) {
    if ((static_cast<unsigned char>(text[at - length]) & 0xC0) == 0x80) continue;
    const CodePoint point = decode_utf8(text.substr(at - length));
    return point.length == length ? point : CodePoint{};
  }
  return {};
}

}  // namespace credence::normalise
