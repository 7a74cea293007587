#include "scanners/normalise/decoders/number_codes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/payload.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kCodesMin = 10;
constexpr std::size_t kCodesMax = 1U << 16;
constexpr std::size_t kGapMax = 3;  // bytes between numbers
constexpr std::size_t kBits = 8;
constexpr std::size_t kSevenBits = 7;

// How one number is written.
enum class Base : unsigned { kBinary = 2, kOctal = 8, kDecimal = 10 };

// The character that `digits` mean, 0 when none that stands in texts.
char character_of(std::string_view digits, Base base) noexcept {
  const bool binary = base == Base::kBinary;
  if (binary ? digits.size() != kBits && digits.size() != kSevenBits
             : digits.size() < 2 || digits.size() > 4) {
    return 0;
  }
  unsigned value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<unsigned>(c - '0');
    if (digit >= static_cast<unsigned>(base)) return 0;
    value = value * static_cast<unsigned>(base) + digit;
  }
  const bool text = (value >= 0x20 && value < 0x7F) || value == '\n' || value == '\t';
  return text ? static_cast<char>(value) : '\0';
}

class NumberDecoder {
 public:
  NumberDecoder(const MappedText& source, const LanguageGate& gate, std::vector<Decoded>& out)
      : source_(source), text_(source.text), gate_(gate), out_(out) {}

  void around(std::uint32_t block) {
    // A list may have begun a little before the block that was marked.
    const std::size_t first = block * Candidates::kBlock;
    std::size_t i = std::max(first > Candidates::kBlock ? first - Candidates::kBlock : 0, done_);
    const std::size_t end = std::min(text_.size(), first + Candidates::kBlock);
    while (i < end) {
      if (!is_digit(text_[i]) || (i > 0 && is_alnum(text_[i - 1]))) {
        ++i;
        continue;
      }
      const Stretch number = number_at(i);
      i = std::max(number.end, list_at(number));
      done_ = i;
    }
  }

 private:
  [[nodiscard]] Stretch number_at(std::size_t at) const noexcept {
    Stretch number{at, at};
    while (number.end < text_.size() && is_digit(text_[number.end])) ++number.end;
    return number;
  }

  [[nodiscard]] std::string_view digits(Stretch number) const noexcept {
    return text_.substr(number.begin, number.end - number.begin);
  }

  // The number behind `number` in a list; empty at the end of one.
  [[nodiscard]] Stretch next_of(Stretch number) const noexcept {
    std::size_t next = number.end;
    while (next < text_.size() && next - number.end < kGapMax && !is_alnum(text_[next])) ++next;
    if (next == number.end || next >= text_.size() || !is_digit(text_[next])) return {};
    return number_at(next);
  }

  // Reads the list or the run of bits that begins with `first`; returns where what was
  // read ends, so that no number is read more than a few times.
  std::size_t list_at(Stretch first) {
    if (first.end - first.begin >= kCodesMin * kBits) return run_of_bits(first);
    std::size_t read_to = first.end;
    for (const Base base : {Base::kBinary, Base::kDecimal, Base::kOctal}) {
      std::string found;
      std::size_t end = first.end;
      for (Stretch number = first; number != Stretch{} && found.size() < kCodesMax;
           number = next_of(number)) {
        const char c = character_of(digits(number), base);
        if (c == 0) break;
        found += c;
        end = number.end;
      }
      if (found.size() < kCodesMin) continue;
      if (offer(found, {first.begin, end})) return end;
      read_to = std::max(read_to, end);
    }
    return read_to;
  }

  std::size_t run_of_bits(Stretch run) {
    for (const std::size_t width : {kBits, kSevenBits}) {
      std::string found;
      std::size_t at = run.begin;
      for (; at + width <= run.end; at += width) {
        const char c = character_of(text_.substr(at, width), Base::kBinary);
        if (c == 0) break;
        found += c;
      }
      if (found.size() >= kCodesMin && offer(found, {run.begin, at})) break;
    }
    return run.end;
  }

  bool offer(std::string_view found, Stretch where) {
    const bool readable = gate_.reads_as_language(found);
    // Text without words may be encoded once more.
    const bool graphic =
        std::none_of(found.begin(), found.end(), [](char c) { return is_blank(c); });
    if (!readable && !graphic) return false;
    out_.push_back(decoded_at(source_, where, found, Decoding::kCharacterCodes, readable));
    return readable;
  }

  const MappedText& source_;
  std::string_view text_;
  const LanguageGate& gate_;
  std::vector<Decoded>& out_;
  std::size_t done_ = 0;
};

}  // namespace

void decode_number_codes(const MappedText& source, const Candidates& candidates,
                         const LanguageGate& gate, std::vector<Decoded>& out) {
  NumberDecoder decoder(source, gate, out);
  for (const std::uint32_t block : candidates.blocks(Candidate::kNumbers)) decoder.around(block);
}

}  // namespace credence::normalise
