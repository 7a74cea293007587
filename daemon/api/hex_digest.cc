#include "daemon/api/hex_digest.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace credence {

#if defined(__SSE2__)

// For each character c: c - '0' is its value when below 10; (c | 0x20) - 'a' + 10 when
// (c | 0x20) - 'a' is below 6. Unsigned "below n" is min(x, n - 1) == x. Two values then
// make a byte: the even character's shifted left by four, or the odd one's.
bool parse_hex_digest(const char* digits, Digest& out) noexcept {
  const __m128i nine = _mm_set1_epi8(9);
  const __m128i five = _mm_set1_epi8(5);
  __m128i good = _mm_set1_epi8(-1);
  for (int block = 0; block < 4; ++block) {
    const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(digits + 16 * block));
    const __m128i decimal = _mm_sub_epi8(c, _mm_set1_epi8('0'));
    const __m128i is_decimal = _mm_cmpeq_epi8(_mm_min_epu8(decimal, nine), decimal);
    const __m128i letter = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
    const __m128i is_letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, five), letter);
    good = _mm_and_si128(good, _mm_or_si128(is_decimal, is_letter));
    const __m128i value =
        _mm_or_si128(_mm_and_si128(is_decimal, decimal),
                     _mm_and_si128(is_letter, _mm_add_epi8(letter, _mm_set1_epi8(10))));
    const __m128i high = _mm_slli_epi16(_mm_and_si128(value, _mm_set1_epi16(0x000F)), 4);
    const __m128i low = _mm_srli_epi16(value, 8);
    const __m128i bytes = _mm_packus_epi16(_mm_or_si128(high, low), _mm_setzero_si128());
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out.bytes.data() + 8 * block), bytes);
  }
  return _mm_movemask_epi8(good) == 0xFFFF;
}

#else

bool parse_hex_digest(const char* digits, Digest& out) noexcept {
  const auto digest = Digest::parse({digits, 2 * Digest::kSize});
  if (digest) out = *digest;
  return digest.has_value();
}

#endif

}  // namespace credence
