#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace credence {

// One value of a table, as a range of the text.
struct CsvCell {
  std::size_t begin = 0;  // inside the opening quote, where there is one
  std::size_t end = 0;    // up to the closing quote
  std::size_t next = 0;   // where the next cell starts
  bool quoted = false;
  bool rewritten = false;  // a quoted cell with quotes in it: decode_csv_cell() reads it
  bool torn = false;       // a quoted cell without its closing quote
  bool ends_row = false;
};

// Cuts a table into cells by RFC 4180, as Python's csv module reads what is outside
// of it: line breaks in quotes, CR, LF or CRLF at the end of a row, text behind a
// closing quote taken as part of the cell. Borrows the text; one pass.
class CsvTokenizer {
 public:
  CsvTokenizer(std::string_view text, std::size_t begin, char delimiter) noexcept
      : text_(text), at_(begin), delimiter_(delimiter) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

  // The next cell; not at_end().
  [[nodiscard]] CsvCell next() noexcept;

 private:
  void read_quoted(CsvCell& cell) noexcept;
  void finish(CsvCell& cell, std::size_t at) noexcept;
  [[nodiscard]] std::size_t find_end(std::size_t at) const noexcept;

  std::string_view text_;
  std::size_t at_;
  char delimiter_;
};

// The delimiter that the first row uses most: , ; tab or |.
[[nodiscard]] char guess_csv_delimiter(std::string_view text) noexcept;

// Calls copy(begin, end) for the parts of `cell` that are its value, in order.
template <typename Copy>
void walk_csv_cell(std::string_view text, const CsvCell& cell, Copy copy) {
  if (!cell.rewritten) {
    copy(cell.begin, cell.end);
    return;
  }
  bool quoted = true;
  std::size_t part = cell.begin;
  for (std::size_t at = cell.begin; at < cell.end; ++at) {
    if (text[at] != '"') continue;
    if (quoted && at + 1 < cell.end && text[at + 1] == '"') {  // one of the two stays
      copy(part, at + 1);
      ++at;
      part = at + 1;
    } else if (quoted) {
      copy(part, at);
      part = at + 1;
      quoted = false;
    }
  }
  copy(part, cell.end);
}

[[nodiscard]] std::string decode_csv_cell(std::string_view text, const CsvCell& cell);

}  // namespace credence
