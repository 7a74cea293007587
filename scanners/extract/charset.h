#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

enum class Charset : std::uint8_t {
  kUtf8,  // ASCII and damaged UTF-8 included
  kUtf16Le,
  kUtf16Be,
  kUtf32Le,
  kUtf32Be,
  kWindows1252,
};

// Whether a byte below 0x80 always is that character of ASCII there, so that lines and
// delimiters can be looked for in the bytes.
[[nodiscard]] constexpr bool is_ascii_based(Charset charset) noexcept {
  return charset == Charset::kUtf8 || charset == Charset::kWindows1252;
}

// The character set of a text: by its byte order mark, else by where its zero
// bytes stand, else windows-1252 when bytes above 0x7F are mostly no UTF-8.
// Reads ASCII once at memory speed and other UTF-8 only until it is sure.
[[nodiscard]] Charset detect_charset(std::string_view bytes) noexcept;

// A text as UTF-8, without its byte order mark, and the map to its bytes.
struct Utf8Text {
  PaddedBuffer text;
  OffsetMap map;
};

// Converts `bytes` from `charset`, which is not kUtf8. Lone surrogates, values past
// U+10FFFF and a torn last unit become U+FFFD. The map is exact between words; of
// texts over 16 MiB between groups of 64 units.
[[nodiscard]] Utf8Text to_utf8(std::string_view bytes, Charset charset);

// The length of a UTF-8 byte order mark at the start of `bytes`: 3 or 0.
[[nodiscard]] constexpr std::size_t utf8_mark_size(std::string_view bytes) noexcept {
  return bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
}

}  // namespace credence
