#include "scanners/normalise/decoders/rot13.h"

#include <algorithm>
#include <string>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/word_runs.h"

namespace credence::normalise {
namespace {

char rotate(char c) noexcept {
  if (!is_letter(c)) return c;
  const char base = is_upper(c) ? 'A' : 'a';
  return static_cast<char>(base + (c - base + 13) % 26);
}

std::string rotated(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), rotate);
  return out;
}

}  // namespace

bool append_rot13(const MappedText& source, std::size_t begin, std::size_t end,
                  const LanguageGate& gate, std::vector<Decoded>& out) {
  const std::string_view plain = source.text.substr(begin, end - begin);
  std::string text = rotated(plain);
  const auto before = gate.measure(plain);
  const auto after = gate.measure(text);
  if (after.known_letters <= before.known_letters || !LanguageGate::reads_as_language(after)) {
    const auto runs = disguised_runs(source.text, {begin, end}, gate, rotated);
    if (runs.empty()) return false;
    text = plain;
    for (const Stretch& run : runs) {
      const auto first = text.begin() + static_cast<std::ptrdiff_t>(run.begin - begin);
      const auto last = text.begin() + static_cast<std::ptrdiff_t>(run.end - begin);
      std::transform(first, last, first, rotate);
    }
  }
  // Every byte stands where it stood.
  OffsetMap map;
  map.copied_through(source.map, {begin, end - begin});
  out.push_back({std::move(text), std::move(map), Decoding::kRot13, true});
  return true;
}

}  // namespace credence::normalise
