#include "scanners/normalise/decoders/ascii85.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/payload.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kEncodedMax = 64 << 10;
constexpr std::size_t kTextMin = 8;  // bytes of text that are worth a look

// The bytes of `digits`, empty where they are no Ascii85.
std::string bytes_of(std::string_view digits) {
  std::string out;
  std::uint64_t group = 0;
  std::size_t count = 0;
  const auto flush = [&](std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) out += static_cast<char>(group >> (24 - 8 * i) & 0xFF);
    group = 0;
    count = 0;
  };
  for (const char c : digits) {
    if (is_blank(c)) continue;
    if (c == 'z' && count == 0) {
      flush(4);
      continue;
    }
    if (c < '!' || c > 'u') return {};
    group = group * 85 + static_cast<std::uint64_t>(c - '!');
    if (++count == 5) flush(4);
  }
  if (count == 1) return {};
  if (count > 1) {
    const std::size_t bytes = count - 1;
    for (std::size_t i = count; i < 5; ++i) group = group * 85 + 84;
    flush(bytes);
  }
  return out;
}

}  // namespace

void decode_ascii85(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out) {
  const std::string_view text = source.text;
  std::size_t done = 0;
  for (const std::uint32_t block : candidates.blocks(Candidate::kTilde)) {
    const std::size_t first = block * Candidates::kBlock;
    const std::size_t last = std::min(text.size(), first + Candidates::kBlock);
    std::size_t i = std::max(first > 0 ? first - 1 : 0, done);
    for (i = text.find("<~", i); i < last; i = text.find("<~", done)) {
      const std::string_view body = text.substr(i + 2, kEncodedMax);
      const std::size_t length = body.find('~');  // no digit is a tilde
      done = i + 2;
      if (length == std::string_view::npos || !body.substr(length).starts_with("~>")) continue;
      const std::string bytes = bytes_of(body.substr(0, length));
      const Stretch part = longest_text(bytes);
      const std::string_view found =
          std::string_view(bytes).substr(part.begin, part.end - part.begin);
      if (found.size() < kTextMin) continue;
      const bool readable = gate.reads_as_language(found);
      if (!readable && found.size() * 10 < bytes.size() * 9) continue;
      done = i + length + 4;
      out.push_back(decoded_at(source, {i, done}, found, Decoding::kAscii85, readable));
    }
  }
}

}  // namespace credence::normalise
