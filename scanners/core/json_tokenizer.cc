#include "scanners/core/json_tokenizer.h"

#include <algorithm>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '+' || c == '.' || c == '_' || c == '$';
}

bool is_scalar(std::string_view word) noexcept {
  const char first = word[0] == '-' && word.size() > 1 ? word[1] : word[0];
  if (first >= '0' && first <= '9') return true;
  return word == "true" || word == "false" || word == "null" || word == "NaN" ||
         word == "Infinity" || word == "-Infinity";
}

// The four digits at `text`, or -1.
int hex4(std::string_view text) noexcept {
  if (text.size() < 4) return -1;
  int value = 0;
  for (const char c : text.substr(0, 4)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

constexpr JsonKind punctuation(char c) noexcept {
  switch (c) {
    case '{': return JsonKind::kObjectBegin;
    case '}': return JsonKind::kObjectEnd;
    case '[': return JsonKind::kArrayBegin;
    case ']': return JsonKind::kArrayEnd;
    case ':': return JsonKind::kColon;
    case ',': return JsonKind::kComma;
    default: return JsonKind::kOther;
  }
}

}  // namespace

JsonToken JsonTokenizer::next() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  if (at_ >= text_.size()) return {JsonKind::kEnd, text_.size(), text_.size()};
  const char c = text_[at_];
  if (c == '"') return read_string();
  if (is_word(c)) return read_word();
  ++at_;
  return {punctuation(c), at_ - 1, at_};
}

JsonToken JsonTokenizer::read_string() noexcept {
  JsonToken token{JsonKind::kString, at_ + 1, at_ + 1};
  std::size_t at = token.begin;
  while (at < text_.size() && text_[at] != '"') {
    if (text_[at] == '\\') {
      token.escaped = true;
      ++at;
    }
    ++at;
  }
  if (at >= text_.size()) {
    token.kind = JsonKind::kTornString;
    at = text_.size();
  }
  token.end = at;
  at_ = std::min(at + 1, text_.size());
  return token;
}

JsonToken JsonTokenizer::read_word() noexcept {
  const std::size_t begin = at_;
  while (at_ < text_.size() && is_word(text_[at_])) ++at_;
  const bool scalar = is_scalar(text_.substr(begin, at_ - begin));
  return {scalar ? JsonKind::kScalar : JsonKind::kOther, begin, at_};
}

std::size_t decode_json_escape(std::string_view text, std::string& out) {
  if (text.size() < 2) {
    out += text;
    return text.size();
  }
  switch (text[1]) {
    case 'n': out += '\n'; return 2;
    case 't': out += '\t'; return 2;
    case 'r': out += '\r'; return 2;
    case 'b': out += '\b'; return 2;
    case 'f': out += '\f'; return 2;
    case 'u': break;
    default: out += text[1]; return 2;
  }
  const int high = hex4(text.substr(2));
  if (high < 0) {
    out += 'u';
    return 2;
  }
  if (high >= 0xD800 && high < 0xDC00 && text.size() >= 12 && text.substr(6).starts_with("\\u")) {
    const int low = hex4(text.substr(8));
    if (low >= 0xDC00 && low < 0xE000) {
      append_utf8(out, static_cast<char32_t>(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)));
      return 12;
    }
  }
  append_utf8(out, static_cast<char32_t>(high));
  return 6;
}

std::string decode_json_string(std::string_view raw) {
  std::string out;
  walk_json_string(
      raw, {JsonKind::kString, 0, raw.size(), true},
      [&](std::size_t begin, std::size_t end) { out.append(raw.substr(begin, end - begin)); },
      [&](std::string_view text, ByteSpan) { out.append(text); });
  return out;
}

}  // namespace credence
