#include "scanners/extract/csv_tokenizer.h"

#include <algorithm>
#include <array>

namespace credence {

// The end of an unquoted cell.
std::size_t CsvTokenizer::find_end(std::size_t at) const noexcept {
  while (at < text_.size() && text_[at] != delimiter_ && text_[at] != '\n' && text_[at] != '\r') {
    ++at;
  }
  return at;
}

// `at` is the delimiter or the line break behind the cell, or the end.
void CsvTokenizer::finish(CsvCell& cell, std::size_t at) noexcept {
  cell.ends_row = at >= text_.size() || text_[at] != delimiter_;
  if (at + 1 < text_.size() && text_[at] == '\r' && text_[at + 1] == '\n') ++at;
  at_ = std::min(at + 1, text_.size());
  cell.next = at_;
}

CsvCell CsvTokenizer::next() noexcept {
  CsvCell cell;
  cell.begin = at_;
  if (text_[at_] == '"') {
    read_quoted(cell);
    return cell;
  }
  cell.end = find_end(at_);
  finish(cell, cell.end);
  return cell;
}

void CsvTokenizer::read_quoted(CsvCell& cell) noexcept {
  cell.quoted = true;
  cell.begin = at_ + 1;
  std::size_t at = cell.begin;
  while (true) {
    at = std::min(text_.find('"', at), text_.size());
    if (at + 1 >= text_.size() || text_[at + 1] != '"') break;
    cell.rewritten = true;
    at += 2;
  }
  cell.torn = at == text_.size();
  cell.end = at;
  if (cell.torn) {
    finish(cell, at);
    return;
  }
  const std::size_t end = find_end(at + 1);
  if (end > at + 1) {  // text behind the closing quote
    cell.rewritten = true;
    cell.end = end;
  }
  finish(cell, end);
}

char guess_csv_delimiter(std::string_view text) noexcept {
  constexpr std::array<char, 4> kDelimiters = {',', ';', '\t', '|'};
  std::array<std::size_t, kDelimiters.size()> counts{};
  bool quoted = false;
  for (const char c : text.substr(0, std::size_t{1} << 16)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    const auto it = std::find(kDelimiters.begin(), kDelimiters.end(), c);
    if (it != kDelimiters.end()) ++counts[static_cast<std::size_t>(it - kDelimiters.begin())];
  }
  const auto most = std::max_element(counts.begin(), counts.end());
  return kDelimiters[static_cast<std::size_t>(most - counts.begin())];
}

std::string decode_csv_cell(std::string_view text, const CsvCell& cell) {
  std::string out;
  walk_csv_cell(text, cell, [&](std::size_t begin, std::size_t end) {
    out.append(text.substr(begin, end - begin));
  });
  return out;
}

}  // namespace credence
