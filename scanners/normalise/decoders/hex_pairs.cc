#include "scanners/normalise/decoders/hex_pairs.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/payload.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kPairsMin = 8;
constexpr std::size_t kGapMax = 3;  // bytes between pairs

// The pair that begins at `at`, its prefix included; empty when there is none.
Stretch pair_at(std::string_view text, std::size_t at) {
  const bool prefixed = text.substr(at, 2) == "0x" || text.substr(at, 2) == "0X";
  const std::size_t first = at + (prefixed ? 2 : 0);
  if (first + 2 > text.size() || !is_hex(text[first]) || !is_hex(text[first + 1])) return {};
  if (first + 2 < text.size() && is_alnum(text[first + 2])) return {};
  return {at, first + 2};
}

class PairDecoder {
 public:
  PairDecoder(const MappedText& source, const LanguageGate& gate, std::vector<Decoded>& out)
      : source_(source), text_(source.text), gate_(gate), out_(out) {}

  void around(std::uint32_t block) {
    const std::size_t first = block * Candidates::kBlock;
    const std::size_t end = std::min(text_.size(), first + Candidates::kBlock);
    // A list may have begun a pair or two before the block that was marked.
    constexpr std::size_t kBefore = 64;
    std::size_t i = std::max(first > kBefore ? first - kBefore : 0, done_);
    while (i < end) {
      const char before = i == 0 ? ' ' : text_[i - 1];
      // %69 and =69 belong to other encodings.
      const bool starts = is_hex(text_[i]) && !is_alnum(before) && before != '%' && before != '=';
      if (!starts || pair_at(text_, i) == Stretch{}) {
        ++i;
        continue;
      }
      i = list_at(i);
      done_ = i;
    }
  }

 private:
  // Reads the list that begins at `begin` and returns where it ends.
  std::size_t list_at(std::size_t begin) {
    std::string bytes;
    std::size_t end = begin;
    for (Stretch pair = pair_at(text_, begin); pair != Stretch{};) {
      bytes +=
          static_cast<char>(hex_value(text_[pair.end - 2]) * 16 + hex_value(text_[pair.end - 1]));
      end = pair.end;
      std::size_t next = end;
      while (next < text_.size() && next - end < kGapMax && !is_alnum(text_[next])) ++next;
      pair = next > end && next < text_.size() ? pair_at(text_, next) : Stretch{};
    }
    if (bytes.size() < kPairsMin) return end;
    const std::string recoded = from_utf16(bytes);
    const Stretch text = longest_text(bytes);
    if (recoded.empty() && (text.end - text.begin) * 10 < bytes.size() * 9) return end;
    const std::string& found = recoded.empty() ? bytes : recoded;
    const bool readable = gate_.reads_as_language(found);
    out_.push_back(decoded_at(source_, {begin, end}, found, Decoding::kHex, readable));
    return end;
  }

  const MappedText& source_;
  std::string_view text_;
  const LanguageGate& gate_;
  std::vector<Decoded>& out_;
  std::size_t done_ = 0;
};

}  // namespace

void decode_hex_pairs(const MappedText& source, const Candidates& candidates,
                      const LanguageGate& gate, std::vector<Decoded>& out) {
  PairDecoder decoder(source, gate, out);
  const auto& pairs = candidates.blocks(Candidate::kPairs);
  const auto& mixed = candidates.blocks(Candidate::kMixed);
  auto a = pairs.begin();
  auto b = mixed.begin();
  while (a != pairs.end() || b != mixed.end()) {
    const std::uint32_t block = b == mixed.end() || (a != pairs.end() && *a <= *b) ? *a : *b;
    if (a != pairs.end() && *a == block) ++a;
    if (b != mixed.end() && *b == block) ++b;
    decoder.around(block);
  }
}

}  // namespace credence::normalise
