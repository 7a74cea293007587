#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/report.h"

namespace credence {

// Where a span stands, for readers of lines. Lines and columns count from 1, columns in
// UTF-16 units; the end is the first place behind it.
struct LineSpan {
  std::uint64_t begin_line = 0;  // 0: it stands in no line of the file
  std::uint64_t begin_column = 0;
  std::uint64_t end_line = 0;
  std::uint64_t end_column = 0;
};

// The part of a file whose lines are counted.
struct TextPart {
  std::string_view text;           // starts at the beginning of a line
  std::uint64_t offset = 0;        // of `text` in the file
  std::uint64_t lines_before = 0;  // in the file
};

// The places of the findings of `report` that lie in the artifact's own bytes; empty when
// those are no text of lines. One pass over `part`.
[[nodiscard]] std::vector<LineSpan> line_spans(const TextPart& part, const Report& report);

}  // namespace credence
