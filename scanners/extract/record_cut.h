#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scanners/core/media_kind.h"

namespace credence {

// Whether a file of this kind can be cut between its rows: what stands before a cut says
// nothing about what stands behind it, but for the header of a table.
[[nodiscard]] constexpr bool has_rows(MediaKind kind) noexcept {
  return kind == MediaKind::kJsonl || kind == MediaKind::kCsv || kind == MediaKind::kTsv;
}

// The whole rows at the beginning of a text, as the extractors count them.
struct RecordCut {
  std::size_t end = 0;
  std::uint64_t rows = 0;
};

// Cuts `text`, which begins with a row of a file of `kind`. `final`: the file ends with
// it, and so does its last row. The delimiter is that of the table.
[[nodiscard]] RecordCut cut_rows(std::string_view text, MediaKind kind, char delimiter, bool final);

// The header of a table that begins with `text`: its first row, with the mark of UTF-8 and
// the line end; empty where that row does not end in `text`.
[[nodiscard]] std::string_view table_header(std::string_view text, char delimiter);

}  // namespace credence
