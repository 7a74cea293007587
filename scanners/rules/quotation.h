#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scanners/core/offset_map.h"

namespace credence {

// How far a match is set apart from the text around it, and by what span.
struct Quotation {
  float weight = 0;     // 0 not at all … 1 quoted
  bool listed = false;  // no quotation, but an item of a list or a row of a table
  ByteSpan span;        // of the quotation or the item, marks included
};

// The fenced code blocks of `text` (``` or ~~~ at the start of a line), by offset. One
// that is not closed reaches to the end, as in CommonMark: chunks are often cut
// inside one. Linear.
[[nodiscard]] std::vector<ByteSpan> fenced_blocks(std::string_view text);

// What quotes `match` in `text`: a block of `fences`, inline code, quotation marks
// of any language, a block quotation (half: a ">" is cheap). Marks that are
// the syntax of data (JSON, attributes, CSV) are none, and neither are marks around
// the whole text: both are how planted text arrives. Looks at a bounded part around
// the match.
[[nodiscard]] Quotation find_quotation(std::string_view text, std::span<const ByteSpan> fences,
                                       ByteSpan match);

// Whether `match` is the beginning of its line.
[[nodiscard]] bool begins_line(std::string_view text, ByteSpan match) noexcept;

}  // namespace credence
