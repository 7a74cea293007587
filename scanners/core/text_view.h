#pragma once

#include <cstdint>
#include <string_view>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// What was undone to get from a chunk's text to a view of it.
enum class Decoding : std::uint8_t {
  kNone,    // the canonical text itself
  kFolded,  // letters as they look: confusables, accents, styled letters as ASCII
  kBase64,
  kHex,
  kUrl,
  kHtmlEntity,
  kQuotedPrintable,
  kRot13,
  kReversed,
  kSpacedOut,
  kLeet,
  kHiddenUnicode,  // tag characters, variation selectors, zero-width binary
  kBase32,
  kAscii85,
  kMorse,
  kCharacterCodes,  // numbers: binary, octal, decimal
};

[[nodiscard]] constexpr std::string_view to_string(Decoding decoding) noexcept {
  switch (decoding) {
    case Decoding::kNone: return "plain";
    case Decoding::kFolded: return "folded";
    case Decoding::kBase64: return "base64";
    case Decoding::kHex: return "hex";
    case Decoding::kUrl: return "url";
    case Decoding::kHtmlEntity: return "html_entity";
    case Decoding::kQuotedPrintable: return "quoted_printable";
    case Decoding::kRot13: return "rot13";
    case Decoding::kReversed: return "reversed";
    case Decoding::kSpacedOut: return "spaced_out";
    case Decoding::kLeet: return "leet";
    case Decoding::kHiddenUnicode: return "hidden_unicode";
    case Decoding::kBase32: return "base32";
    case Decoding::kAscii85: return "ascii85";
    case Decoding::kMorse: return "morse";
    case Decoding::kCharacterCodes: return "character_codes";
  }
  return "plain";
}

// One reading of a chunk: valid UTF-8, ready for matching. The first view of a
// chunk is its canonical text (kNone): the chunk's own bytes where they are clean
// already. The others are decoded stretches of it.
struct TextView {
  PaddedView text;
  const OffsetMap* map = nullptr;       // text -> the chunk's text
  Decoding decoding = Decoding::kNone;  // the last one undone
  std::uint8_t decode_depth = 0;        // how many were undone, one inside another
};

}  // namespace credence
