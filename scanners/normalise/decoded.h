#pragma once

#include <string>
#include <utility>

#include "scanners/core/offset_map.h"
#include "scanners/core/text_view.h"

namespace credence::normalise {

// What a decoder made of a stretch of text.
struct Decoded {
  std::string text;  // made canonical by whoever takes it
  OffsetMap map;     // text -> the chunk's text
  Decoding decoding = Decoding::kNone;
  bool readable = false;  // worth a view; otherwise only looked through for more encodings
};

[[nodiscard]] inline Decoded make_decoded(std::pair<std::string, OffsetMap> built,
                                          Decoding decoding, bool readable) {
  return {std::move(built.first), std::move(built.second), decoding, readable};
}

}  // namespace credence::normalise
