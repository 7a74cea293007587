#include "scanners/normalise/decoders/rot13.h"

#include <algorithm>
#include <string>

#include "scanners/normalise/ascii.h"

namespace credence::normalise {
namespace {

char rotate(char c) noexcept {
  if (!is_letter(c)) return c;
  const char base = is_upper(c) ? 'A' : 'a';
  return static_cast<char>(base + (c - base + 13) % 26);
}

}  // namespace

bool append_rot13(const MappedText& source, std::size_t begin, std::size_t end,
                  const LanguageGate& gate, std::vector<Decoded>& out) {
  std::string text(source.text.substr(begin, end - begin));
  const auto before = gate.measure(text);
  std::transform(text.begin(), text.end(), text.begin(), rotate);
  const auto after = gate.measure(text);
  if (after.known_letters <= before.known_letters || !LanguageGate::reads_as_language(after)) {
    return false;
  }
  // Every byte stands where it stood.
  OffsetMap map;
  map.copied_through(source.map, {begin, end - begin});
  out.push_back({std::move(text), std::move(map), Decoding::kRot13, true});
  return true;
}

}  // namespace credence::normalise
