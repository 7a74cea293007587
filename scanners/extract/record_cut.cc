#include "scanners/extract/record_cut.h"

#include <algorithm>

#include "scanners/core/json_tokenizer.h"
#include "scanners/extract/charset.h"
#include "scanners/extract/csv_tokenizer.h"

namespace credence {
namespace {

RecordCut cut_lines(std::string_view text, bool final) {
  RecordCut cut;
  while (cut.end < text.size()) {
    const std::size_t line_end = text.find('\n', cut.end);
    if (line_end == std::string_view::npos && !final) break;
    const std::size_t end = std::min(line_end, text.size());
    const bool blank = JsonTokenizer(text, cut.end, end).next().kind == JsonKind::kEnd;
    cut.rows += blank ? 0U : 1U;
    cut.end = std::min(end + 1, text.size());
  }
  return cut;
}

struct Row {
  std::size_t end = 0;
  bool empty = false;
  bool whole = false;  // it ends within the text; else it, or its line end, may go on behind it
};

// The next row of a table; cells.at_end() is false.
Row read_row(std::string_view text, CsvTokenizer& cells) {
  CsvCell cell = cells.next();
  Row row;
  row.empty = cell.ends_row && cell.begin == cell.end;
  while (!cell.ends_row && !cells.at_end()) cell = cells.next();
  row.end = cells.position();
  row.whole = !cells.at_end() || (!cell.torn && text.ends_with('\n'));
  return row;
}

RecordCut cut_table(std::string_view text, char delimiter, bool final) {
  RecordCut cut;
  CsvTokenizer cells(text, 0, delimiter);
  while (!cells.at_end()) {
    const Row row = read_row(text, cells);
    if (!final && !row.whole) break;
    cut.end = row.end;
    cut.rows += row.empty ? 0U : 1U;
  }
  return cut;
}

}  // namespace

RecordCut cut_rows(std::string_view text, MediaKind kind, char delimiter, bool final) {
  return kind == MediaKind::kJsonl ? cut_lines(text, final) : cut_table(text, delimiter, final);
}

std::string_view table_header(std::string_view text, char delimiter) {
  CsvTokenizer cells(text, utf8_mark_size(text), delimiter);
  if (cells.at_end()) return {};
  const Row row = read_row(text, cells);
  return row.whole ? text.substr(0, row.end) : std::string_view();
}

}  // namespace credence
