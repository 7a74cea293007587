#include "scanners/normalise/candidate_scan.h"

#include <cstring>

#include <emmintrin.h>

#include "scanners/core/ascii.h"

namespace credence::normalise {
namespace {

// One bit a byte of a block of 64.
struct BlockMasks {
  std::uint64_t letter = 0;
  std::uint64_t bit5 = 0;  // set in lower-case letters
  std::uint64_t digit = 0;
  std::uint64_t special = 0;  // % & = ~ backslash
  bool high = false;
};

std::uint64_t bits(__m128i mask) noexcept {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
}

BlockMasks classify(const char* block) noexcept {
  BlockMasks masks;
  __m128i high = _mm_setzero_si128();
  for (unsigned part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + part * 16));
    high = _mm_or_si128(high, bytes);
    const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    const __m128i letter = _mm_and_si128(_mm_cmpgt_epi8(folded, _mm_set1_epi8('a' - 1)),
                                         _mm_cmplt_epi8(folded, _mm_set1_epi8('z' + 1)));
    const __m128i digit = _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
                                        _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1)));
    const __m128i special =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('%')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('&'))),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('=')),
                                  _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('~')),
                                               _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')))));
    const unsigned shift = part * 16;
    masks.letter |= bits(letter) << shift;
    masks.bit5 |= bits(_mm_slli_epi16(bytes, 2)) << shift;
    masks.digit |= bits(digit) << shift;
    masks.special |= bits(special) << shift;
  }
  masks.high = _mm_movemask_epi8(high) != 0;
  return masks;
}

constexpr bool more_than_three(std::uint64_t set) noexcept {
  for (int i = 0; i < 3; ++i) set &= set - 1;
  return set != 0;
}

// Whether a third of the bytes of a block are set.
bool many(std::uint64_t set) noexcept { return __builtin_popcountll(set) >= 22; }

class Scan {
 public:
  Scan(std::string_view text, Candidates& out) noexcept : text_(text), out_(out) {}

  void block(std::size_t index, const BlockMasks& m) {
    const std::uint64_t word = m.letter | m.digit;
    const std::uint64_t before = word << 1 | carry_;
    carry_ = word >> 63;

    std::uint64_t run = word & word >> 1;
    run &= run >> 2;
    run &= run >> 4;
    const std::uint64_t eight = run;
    run &= run >> 8;
    run &= run >> 2;  // 18 in a row
    const bool spans_blocks = (eight & 1) != 0 && ended_in_run_;
    ended_in_run_ = (eight >> 56 & 1) != 0;

    const std::uint64_t start = word & ~before;
    const std::uint64_t single = start & ~(word >> 1) & m.letter;
    std::uint64_t two_apart = single & single >> 2;
    two_apart &= two_apart >> 4;
    std::uint64_t three_apart = single & single >> 3;
    three_apart &= three_apart >> 6;
    std::uint64_t pairs = start & word >> 1 & ~(word >> 2);
    pairs &= pairs >> 3;
    pairs &= pairs >> 6;
    const std::uint64_t mixed =
        (m.digit & m.letter << 1 & m.letter >> 1) | (m.letter & m.digit << 1 & m.digit >> 1);
    const std::uint64_t lower = m.letter & m.bit5;
    const bool patchy = more_than_three((m.letter & ~m.bit5 & lower << 1) | mixed);

    std::uint64_t far_apart = 0;  // with more than one byte, or several, between letters
    if (m.high || (single & single >> 4) != 0) {
      const std::uint64_t four = single & single >> 4;
      const std::uint64_t five = single & single >> 5;
      far_apart = (four & four >> 8) | (five & five >> 10);
    }
    if (word == 0 && !m.high) out_.mark(Candidate::kMorse, index);
    if (many(m.digit) && !many(m.letter)) out_.mark(Candidate::kNumbers, index);

    if (m.high) out_.mark_non_ascii();
    if ((run | two_apart | three_apart | far_apart | pairs | mixed | m.special) == 0 && !patchy &&
        !spans_blocks) {
      return;
    }
    if (run != 0 || spans_blocks) out_.mark(Candidate::kRun, index);
    if (patchy) out_.mark(Candidate::kGroups, index);
    if (pairs != 0) out_.mark(Candidate::kPairs, index);
    if ((two_apart | three_apart | far_apart) != 0) out_.mark(Candidate::kLetters, index);
    if (mixed != 0) out_.mark(Candidate::kMixed, index);
    for (std::uint64_t set = m.special; set != 0; set &= set - 1) {
      special(index, index * Candidates::kBlock + static_cast<std::size_t>(__builtin_ctzll(set)));
    }
  }

 private:
  [[nodiscard]] char at(std::size_t i) const noexcept { return i < text_.size() ? text_[i] : '\0'; }

  void special(std::size_t index, std::size_t i) {
    const char next = at(i + 1);
    switch (text_[i]) {
      case '%':
        if (is_hex(next) && is_hex(at(i + 2))) out_.mark(Candidate::kPercent, index);
        break;
      case '&':
        if (next == '#' || is_letter(next)) out_.mark(Candidate::kEntity, index);
        break;
      case '=':
        if (next == '\n' || next == '\r' || (is_hex(next) && is_hex(at(i + 2)))) {
          out_.mark(Candidate::kEquals, index);
        }
        break;
      case '~':
        if (i > 0 && text_[i - 1] == '<') out_.mark(Candidate::kTilde, index);
        break;
      default:
        if (next == 'x' || next == 'u' || next == 'U') out_.mark(Candidate::kEscape, index);
        break;
    }
  }

  std::string_view text_;
  Candidates& out_;
  std::uint64_t carry_ = 0;
  bool ended_in_run_ = false;
};

}  // namespace

void scan_candidates(std::string_view text, Candidates& out) {
  out.clear();
  Scan scan(text, out);
  const std::size_t whole = text.size() / Candidates::kBlock;
  for (std::size_t i = 0; i < whole; ++i) {
    scan.block(i, classify(text.data() + i * Candidates::kBlock));
  }
  const std::size_t rest = text.size() % Candidates::kBlock;
  if (rest == 0) return;
  char tail[Candidates::kBlock] = {};
  std::memcpy(tail, text.data() + whole * Candidates::kBlock, rest);
  scan.block(whole, classify(tail));
}

}  // namespace credence::normalise
