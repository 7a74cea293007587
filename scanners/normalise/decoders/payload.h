#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scanners/normalise/decoded.h"
#include "scanners/normalise/decoders/stretch.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// The longest stretch of `bytes` that is valid UTF-8 without control characters.
[[nodiscard]] Stretch longest_text(std::string_view bytes) noexcept;

// UTF-8 of `bytes` when they are UTF-16 of mostly Latin text, either byte order,
// with or without a byte order mark; empty otherwise.
[[nodiscard]] std::string from_utf16(std::string_view bytes);

// `text`, which the bytes of `source` at `where` encode.
[[nodiscard]] Decoded decoded_at(const MappedText& source, Stretch where, std::string_view text,
                                 Decoding decoding, bool readable);

}  // namespace credence::normalise
