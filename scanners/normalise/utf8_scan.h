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
  while (i < text.size() && (text.data()[i] & 0x80) == 0) ++i;
  return i;
}

// Reads the code point at `at`, within the text: decode_utf8() with the common cases
// inline.
[[nodiscard]] inline CodePoint point_at(std::string_view text, std::size_t at) noexcept {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data()) + at;
  const char32_t lead = p[0];
  if (lead < 0x80) return {lead, 1};
  if (text.size() - at >= 3 && (p[1] & 0xC0U) == 0x80) {
    const char32_t second = p[1] & 0x3FU;
    if (lead >= 0xC2 && lead < 0xE0) return {(lead & 0x1FU) << 6 | second, 2};
    // Neither overlong forms (E0) nor surrogates (ED).
    if (lead > 0xE0 && lead < 0xF0 && lead != 0xED && (p[2] & 0xC0U) == 0x80) {
      return {(lead & 0x0FU) << 12 | second << 6 | (p[2] & 0x3FU), 3};
    }
  }
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
