#include "scanners/rules/quotation.h"

#include <algorithm>
#include <cstddef>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kReach = 400;  // bytes on each side of a match
constexpr float kBlockQuote = 0.5F;

// Opening marks and what closes them.
struct Marks {
  std::string_view open;
  std::string_view close;
  std::string_view close_too;
};
constexpr Marks kMarks[] = {
    {"\"", "\"", ""}, {"'", "'", ""},   {"“", "”", "\""}, {"„", "“", "”"},  {"‘", "’", ""},
    {"«", "»", ""},   {"»", "«", ""},   {"‹", "›", ""},   {"「", "」", ""}, {"『", "』", ""},
    {"《", "》", ""}, {"〝", "〞", ""}, {"`", "`", ""},
};

constexpr bool is_alnum(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c & 0x80) != 0;
}

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

std::size_t line_start(std::string_view text, std::size_t at) noexcept {
  if (at == 0) return 0;
  const std::size_t found = text.rfind('\n', at - 1);
  return found == std::string_view::npos ? 0 : found + 1;
}

// The bounds of the paragraph around `match`, cut at kReach.
ByteSpan paragraph(std::string_view text, ByteSpan match) noexcept {
  const std::size_t low = match.offset > kReach ? utf8_floor(text, match.offset - kReach) : 0;
  const std::size_t high = utf8_floor(text, std::min(text.size(), match.end() + kReach));
  std::size_t begin = low;
  if (match.offset > low) {
    const std::size_t gap = text.substr(low, match.offset - low).rfind("\n\n");
    if (gap != std::string_view::npos) begin = low + gap + 2;
  }
  const std::size_t gap = text.substr(match.end(), high - match.end()).find("\n\n");
  const std::size_t end = gap == std::string_view::npos ? high : match.end() + gap;
  return {begin, end - begin};
}

char last_visible(std::string_view before) noexcept {
  const std::size_t at = before.find_last_not_of(" \t\r\n");
  return at == std::string_view::npos ? '\0' : before[at];
}

// Whether the mark behind `before` opens a value of JSON, CSV, YAML or an
// attribute rather than a quotation.
bool opens_data(std::string_view before) noexcept {
  const char previous = last_visible(before);
  if (previous == '{' || previous == '[' || previous == '=') return true;
  if (previous == ',') return !before.empty() && before.back() == ',';
  if (previous != ':') return false;

  std::string_view key = before.substr(0, before.find_last_of(':'));
  if (const char last = last_visible(key); last == '"' || last == '\'') return true;
  key = key.substr(line_start(key, key.size()));
  const std::size_t first = key.find_first_not_of(" \t-");
  if (first == std::string_view::npos) return false;
  key.remove_prefix(first);
  return key[0] >= 'a' && key[0] <= 'z' && key.find(' ') == std::string_view::npos;
}

// An apostrophe is a mark only at the edge of a word.
bool opens_here(std::string_view text, std::size_t at, const Marks& marks) noexcept {
  if (!text.substr(at).starts_with(marks.open)) return false;
  if (marks.open != "'") return true;
  const bool word_before = at > 0 && is_alnum(text[at - 1]);
  const bool word_after = at + 1 < text.size() && text[at + 1] != ' ';
  return !word_before && word_after;
}

bool closes_here(std::string_view text, std::size_t at, const Marks& marks) noexcept {
  const std::string_view rest = text.substr(at);
  if (!rest.starts_with(marks.close) &&
      (marks.close_too.empty() || !rest.starts_with(marks.close_too))) {
    return false;
  }
  if (marks.close != "'" && marks.close != "’") return true;
  const std::size_t behind = at + marks.close.size();
  return behind >= text.size() || !is_alnum(text[behind]);
}

const Marks* opening_at(std::string_view text, std::size_t at) noexcept {
  for (const Marks& marks : kMarks) {
    if (opens_here(text, at, marks)) return &marks;
  }
  return nullptr;
}

std::size_t backticks(std::string_view text, std::size_t at) noexcept {
  std::size_t run = 0;
  while (at + run < text.size() && text[at + run] == '`') ++run;
  return run;
}

// The span of marks around `match`, searched within `part` of the text.
std::optional<ByteSpan> find_marks(std::string_view text, ByteSpan part, ByteSpan match) {
  const Marks* open = nullptr;
  std::size_t opened = 0;
  std::size_t at = part.offset;
  const std::size_t limit = match.offset + 1;  // a match may begin with its mark
  while (at < limit && at < text.size()) {
    if (const std::size_t run = backticks(text, at); run >= 3) {  // a fence, not inline code
      at += run;
      continue;
    }
    if (text[at] == '\n' && open != nullptr && open->open == "`") open = nullptr;
    const Marks* marks = open == nullptr ? opening_at(text, at) : nullptr;
    if (open != nullptr && at < match.offset && closes_here(text, at, *open)) {
      at += open->close.size();
      open = nullptr;
      continue;
    }
    if (marks != nullptr) {
      open = marks;
      opened = at;
      at += marks->open.size();
      continue;
    }
    ++at;
  }
  if (open == nullptr) return std::nullopt;
  if (open->open == "\"" && opens_data(text.substr(part.offset, opened - part.offset))) {
    return std::nullopt;
  }
  const std::size_t last = match.end() - std::min<std::uint64_t>(match.length, 3);
  for (std::size_t i = std::max(last, opened + open->open.size()); i < part.end(); ++i) {
    if (closes_here(text, i, *open)) return ByteSpan{opened, i + open->close.size() - opened};
  }
  return std::nullopt;
}

bool is_whole_text(std::string_view text, ByteSpan span) noexcept {
  return text.substr(0, span.offset).find_first_not_of(" \t\r\n") == std::string_view::npos &&
         (span.end() >= text.size() ||
          text.substr(span.end()).find_first_not_of(" \t\r\n.") == std::string_view::npos);
}

std::string_view line_of(std::string_view text, ByteSpan match, std::size_t& begin) noexcept {
  const std::size_t low = match.offset > kReach ? match.offset - kReach : 0;
  begin = std::max(low, line_start(text, match.offset));
  const std::size_t end =
      text.substr(0, std::min(text.size(), match.end() + kReach)).find('\n', match.end());
  return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

bool is_list_item(std::string_view line) noexcept {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  line.remove_prefix(first);
  for (const std::string_view bullet : {"- ", "* ", "+ ", "• ", "| ", "– "}) {
    if (line.starts_with(bullet)) return true;
  }
  std::size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '9') ++digits;
  return digits > 0 && digits <= 3 && digits + 1 < line.size() &&
         (line[digits] == '.' || line[digits] == ')') && line[digits + 1] == ' ';
}

bool is_block_quote(std::string_view line) noexcept {
  const std::size_t first = line.find_first_not_of(" \t");
  return first != std::string_view::npos && line[first] == '>';
}

std::string_view fence_at(std::string_view line) noexcept {
  const std::size_t first = line.find_first_not_of(' ');
  if (first == std::string_view::npos || first > 12) return {};
  line.remove_prefix(first);
  if (line.starts_with("```")) return "```";
  if (line.starts_with("~~~")) return "~~~";
  return {};
}

}  // namespace

std::vector<ByteSpan> fenced_blocks(std::string_view text) {
  std::vector<ByteSpan> blocks;
  std::string_view open;
  std::size_t opened = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline;
    if (const std::string_view fence = fence_at(text.substr(at, end - at)); !fence.empty()) {
      if (open.empty()) {
        open = fence;
        opened = at;
      } else if (fence == open) {
        blocks.push_back({opened, end - opened});
        open = {};
      }
    }
    at = end + 1;
  }
  if (!open.empty()) blocks.push_back({opened, text.size() - opened});
  return blocks;
}

Quotation find_quotation(std::string_view text, std::span<const ByteSpan> fences, ByteSpan match) {
  const auto after = std::upper_bound(
      fences.begin(), fences.end(), match.offset,
      [](std::uint64_t offset, const ByteSpan& fence) { return offset < fence.offset; });
  if (after != fences.begin()) {
    const ByteSpan fence = *(after - 1);
    if (match.end() <= fence.end() && !is_whole_text(text, fence)) return {1.0F, false, fence};
  }
  if (const auto marks = find_marks(text, paragraph(text, match), match);
      marks && !is_whole_text(text, *marks)) {
    return {1.0F, false, *marks};
  }
  std::size_t begin = 0;
  const std::string_view line = line_of(text, match, begin);
  if (is_block_quote(line)) return {kBlockQuote, false, {begin, line.size()}};
  if (is_list_item(line)) return {0.0F, true, {begin, line.size()}};
  return {};
}

bool begins_line(std::string_view text, ByteSpan match) noexcept {
  std::size_t at = match.offset;
  while (at > 0 && is_blank(text[at - 1])) --at;
  return at == 0 || text[at - 1] == '\n';
}

}  // namespace credence
