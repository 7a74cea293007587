#pragma once

#include <optional>
#include <string>

#include "scanners/identify/sample.h"

namespace credence {

// The head of a text, as far as its structure goes: markup and separators are
// ASCII in every encoding that loaders read.
struct TextSample {
  std::string text;       // one byte a character for UTF-16 and UTF-32, else the
                          // bytes themselves without the byte order mark
  std::string tail;       // likewise of the last bytes, for closing marks
  bool is_whole = false;  // `text` is all there is
};

// Nullopt when the bytes are no text in UTF-8, UTF-16, UTF-32 or an 8-bit
// encoding. A few stray control characters do not make a text binary: loaders
// read such files too.
[[nodiscard]] std::optional<TextSample> sample_text(const Sample& sample);

}  // namespace credence
