#include "scanners/extract/markdown_scanner.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "scanners/extract/charset.h"

namespace credence {
namespace {

constexpr std::size_t kLabelMax = 200;
constexpr std::size_t kLinkMax = 8192;

constexpr std::array<bool, 256> make_specials() {
  std::array<bool, 256> specials{};
  for (const char c : {'`', '<', '[', ']', '\\'}) specials[static_cast<unsigned char>(c)] = true;
  return specials;
}
constexpr std::array<bool, 256> kSpecials = make_specials();

constexpr bool is_blank_char(char c) noexcept { return c == ' ' || c == '\t' || c == '\r'; }

bool is_blank_line(std::string_view line) noexcept {
  return std::all_of(line.begin(), line.end(), is_blank_char);
}

std::size_t run_length(std::string_view text, std::size_t at) noexcept {
  const std::size_t end = text.find_first_not_of(text[at], at);
  return (end == std::string_view::npos ? text.size() : end) - at;
}

// A hash (FNV-1a) of a label as CommonMark matches them, for ASCII: case folded,
// white space as one blank.
std::uint64_t label_hash(std::string_view label) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  const auto add = [&hash](char c) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  };
  bool blank = false;
  bool any = false;
  for (const char c : label) {
    if (is_blank_char(c) || c == '\n') {
      blank = any;
      continue;
    }
    if (blank) add(' ');
    blank = false;
    any = true;
    add(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return hash;
}

}  // namespace

std::vector<Region> MarkdownScanner::scan() {
  at_ = utf8_mark_size(text_);
  read_front_matter();
  while (at_ < text_.size()) read_line();
  if (fence_.mark != 0) mark(fence_.begin, text_.size(), Channel::kCode);
  judge_definitions();
  return std::move(regions_);
}

void MarkdownScanner::mark(std::size_t begin, std::size_t end, Channel channel) {
  if (!regions_.empty()) begin = std::max<std::size_t>(begin, regions_.back().span.end());
  if (begin >= end || regions_.size() >= kRegionsMax) return;
  regions_.push_back({{begin, end - begin}, channel});
}

std::size_t MarkdownScanner::line_end(std::size_t from) const noexcept {
  if (from >= text_.size()) return text_.size();
  const void* found = std::memchr(text_.data() + from, '\n', text_.size() - from);
  return found == nullptr
             ? text_.size()
             : static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
}

void MarkdownScanner::read_front_matter() {
  const std::size_t end = line_end(at_);
  const std::string_view first = text_.substr(at_, end - at_);
  const std::string_view fence = first.substr(0, 3);
  if ((fence != "---" && fence != "+++") || !is_blank_line(first.substr(3))) return;
  for (std::size_t line = end + 1; line < text_.size();) {
    const std::size_t next = line_end(line);
    const std::string_view text = text_.substr(line, next - line);
    if ((text.starts_with(fence) || (fence == "---" && text.starts_with("..."))) &&
        is_blank_line(text.substr(3))) {
      mark(at_, next, Channel::kMetadata);
      at_ = std::min(next + 1, text_.size());
      return;
    }
    line = next + 1;
  }
}

void MarkdownScanner::read_line() {
  const std::size_t line = at_;
  const std::size_t end = line_end(line);
  bracket_ = kNone;
  if (read_fence(line, end) || read_definition(line, end)) {
    at_ = std::min(end + 1, text_.size());
    return;
  }
  std::size_t content = line;
  while (content < end && content < line + 3 && text_[content] == ' ') ++content;
  const bool quote = content < end && text_[content] == '>';
  read_inline(end, quote ? Channel::kQuote : Channel::kVisible);
  // What spans lines may have taken the position beyond the end of this one.
  while (at_ > end && at_ < text_.size() && text_[at_ - 1] != '\n') {
    read_inline(line_end(at_), Channel::kVisible);
  }
}

// Reads the fence on this line, and whatever is inside of one.
bool MarkdownScanner::read_fence(std::size_t line, std::size_t end) {
  std::size_t at = line;
  while (at < end && at < line + 3 && text_[at] == ' ') ++at;
  const bool marked = at < end && (text_[at] == '`' || text_[at] == '~');
  const std::size_t length = marked ? std::min(run_length(text_, at), end - at) : 0;
  const std::string_view rest = text_.substr(at + length, end - at - length);
  if (fence_.mark != 0) {
    if (marked && text_[at] == fence_.mark && length >= fence_.length && is_blank_line(rest)) {
      mark(fence_.begin, end, Channel::kCode);
      fence_.mark = 0;
    }
    return true;
  }
  if (length < 3 || (text_[at] == '`' && rest.find('`') != std::string_view::npos)) return false;
  fence_ = {text_[at], length, line};
  return true;
}

// "[label]: target ..." as a whole; what it is shows when all of the text is read.
bool MarkdownScanner::read_definition(std::size_t line, std::size_t end) {
  std::size_t at = line;
  while (at < end && at < line + 3 && text_[at] == ' ') ++at;
  if (at >= end || text_[at] != '[' || definitions_.size() >= kDefinitionsMax) return false;
  const std::string_view head = text_.substr(at + 1, std::min(end - at - 1, kLabelMax + 2));
  const std::size_t close = head.find_first_of("[]");
  if (close == std::string_view::npos || close == 0 || head[close] != ']') return false;
  if (head.substr(close + 1, 1) != ":") return false;
  if (regions_.size() >= kRegionsMax) return false;
  mark(at, end, Channel::kLink);
  definitions_.push_back({label_hash(head.substr(0, close)), regions_.size() - 1, head[0] == '^'});
  return true;
}

// Reads from the position to the end of the line, or beyond.
void MarkdownScanner::read_inline(std::size_t end, Channel base) {
  const std::size_t line = at_;
  std::size_t plain = at_;  // of the base channel, not yet marked
  const auto mark_base = [&](std::size_t to) {
    if (base != Channel::kVisible) mark(plain, std::min(to, end), base);
  };
  while (true) {
    while (at_ < end && !kSpecials[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ >= end) break;
    const std::size_t special = at_;
    const std::size_t before = regions_.size();
    switch (text_[at_]) {
      case '\\': at_ += 2; break;
      case '[':
        bracket_ = at_;
        ++at_;
        break;
      case '`':
        if (base != Channel::kVisible) mark_base(special);
        plain = special;
        read_code_span(end);
        break;
      case '<':
        if (base != Channel::kVisible) mark_base(special);
        plain = special;
        read_comment(is_blank_line(text_.substr(line, special - line)));
        break;
      default:
        if (base == Channel::kVisible) {
          read_link(end);
        } else {
          ++at_;
        }
    }
    if (regions_.size() != before) plain = std::max(plain, at_);
  }
  mark_base(end);
  at_ = at_ <= end ? std::min(end + 1, text_.size()) : at_;
}

std::size_t MarkdownScanner::paragraph_end(std::size_t from) noexcept {
  if (from < paragraph_end_) return paragraph_end_;
  unclosed_.fill(false);
  std::size_t end = line_end(from);
  while (end < text_.size()) {
    const std::size_t next = line_end(end + 1);
    if (is_blank_line(text_.substr(end + 1, next - end - 1))) break;
    end = next;
  }
  paragraph_end_ = end;
  return end;
}

void MarkdownScanner::read_code_span(std::size_t end) {
  const std::size_t begin = at_;
  const std::size_t length = std::min(run_length(text_, begin), end - begin);
  at_ += length;
  const std::size_t limit = paragraph_end(begin);
  if (length > kBackticksMax || unclosed_[length]) return;
  for (std::size_t at = at_; at < limit;) {
    at = text_.substr(0, limit).find('`', at);
    if (at == std::string_view::npos) break;
    const std::size_t closing = run_length(text_.substr(0, limit), at);
    if (closing == length) {
      mark(begin, at + length, Channel::kCode);
      at_ = at + length;
      return;
    }
    at += closing;
  }
  unclosed_[length] = true;
}

void MarkdownScanner::read_comment(bool at_line_start) {
  const std::size_t begin = at_;
  ++at_;
  if (text_.compare(begin, 4, "<!--") != 0) return;
  std::size_t end = comments_close_ ? text_.find("-->", begin + 4) : std::string_view::npos;
  if (end == std::string_view::npos) {
    comments_close_ = false;
    if (!at_line_start) return;
    end = text_.size();  // an HTML block runs to the end of the document
  } else {
    end += 3;
  }
  mark(begin, end, Channel::kComment);
  at_ = end;
}

// At a ']': the link or image that it may end.
void MarkdownScanner::read_link(std::size_t end) {
  const std::size_t close = at_++;
  const std::size_t open = std::exchange(bracket_, kNone);
  if (open == kNone) return;
  const bool image = open > 0 && text_[open - 1] == '!';
  if (image) mark(open + 1, close, Channel::kAltText);
  if (at_ >= end || text_[at_] != '(') return;
  const std::string_view line = text_.substr(0, std::min(end, at_ + kLinkMax));
  std::size_t at = at_ + 1;
  const std::size_t target = at;
  std::size_t depth = 0;
  for (; at < line.size() && !is_blank_char(line[at]); ++at) {
    if (line[at] == '(') ++depth;
    if (line[at] == ')' && depth-- == 0) break;
  }
  mark(target, at, Channel::kLink);
  while (at < line.size() && is_blank_char(line[at])) ++at;
  if (at < line.size() && (line[at] == '"' || line[at] == '\'')) {
    const std::size_t title = at + 1;
    const std::size_t title_end = line.find(line[at], title);
    if (title_end != std::string_view::npos) {
      mark(title, title_end, Channel::kAltText);
      at = title_end + 1;
    }
  }
  at_ = std::max(at_, std::min(at, end));
}

void MarkdownScanner::judge_definitions() {
  if (definitions_.empty()) return;
  std::unordered_map<std::uint64_t, bool> used;
  for (const Definition& definition : definitions_) used[definition.label] = false;
  std::size_t behind = 0;  // the bracket before
  for (std::size_t at = text_.find(']'); at != std::string_view::npos;
       at = text_.find(']', behind)) {
    const std::size_t from = std::max(behind, at - std::min(at, kLabelMax));
    const std::string_view before = text_.substr(from, at - from);
    const std::size_t open = before.rfind('[');
    behind = at + 1;
    if (open == std::string_view::npos || text_.substr(behind, 1) == ":") continue;
    const auto it = used.find(label_hash(before.substr(open + 1)));
    if (it != used.end()) it->second = true;
  }
  for (const Definition& definition : definitions_) {
    Region& region = regions_[definition.region];
    if (!used[definition.label]) {
      region.channel = Channel::kComment;
    } else if (definition.footnote) {
      region.channel = Channel::kVisible;
    }
  }
}

}  // namespace credence
