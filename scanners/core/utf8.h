#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// One code point read from UTF-8. `length` is 0 where the bytes are not valid
// (overlong forms, surrogates and values past U+10FFFF included).
struct CodePoint {
  char32_t value = 0;
  std::uint8_t length = 0;
};

// Reads the code point that starts at `text[0]`; text is not empty.
[[nodiscard]] CodePoint decode_utf8(std::string_view text) noexcept;

// Appends the UTF-8 form of `value`, U+FFFD where it is no scalar value.
void append_utf8(std::string& out, char32_t value);

// The largest offset <= `at` on which a character may begin: cuts never split one.
[[nodiscard]] constexpr std::size_t utf8_floor(std::string_view text, std::size_t at) noexcept {
  if (at >= text.size()) return text.size();
  for (int i = 0; i < 3 && at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i) {
    --at;
  }
  return at;
}

// The smallest offset >= `at` on which a character may begin.
[[nodiscard]] constexpr std::size_t utf8_ceil(std::string_view text, std::size_t at) noexcept {
  for (int i = 0;
       i < 3 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; ++i) {
    ++at;
  }
  return at < text.size() ? at : text.size();
}

// `text` for showing to people: control, invisible and bidirectional characters
// as \u{..}, bad bytes as \x.., runs of white space as one blank, at most
// `size_max` bytes, cut with "…".
[[nodiscard]] std::string printable(std::string_view text, std::size_t size_max);

}  // namespace credence
