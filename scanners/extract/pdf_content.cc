#include "scanners/extract/pdf_content.h"

#include <array>

#include "scanners/core/ascii.h"

namespace credence {
namespace {

enum CharacterClass : unsigned char { kRegular, kBlank, kDelimiter };

constexpr std::array<CharacterClass, 256> make_classes() {
  std::array<CharacterClass, 256> classes{};
  for (const char c : std::string_view("\0\t\n\f\r ", 6)) {
    classes[static_cast<unsigned char>(c)] = kBlank;
  }
  for (const char c : std::string_view("()<>[]{}/%")) {
    classes[static_cast<unsigned char>(c)] = kDelimiter;
  }
  return classes;
}

constexpr auto kClasses = make_classes();

constexpr CharacterClass class_of(char c) noexcept {
  return kClasses[static_cast<unsigned char>(c)];
}

std::string_view hex_bytes(std::string_view digits, std::string& scratch) {
  scratch.clear();
  int high = -1;
  for (const char c : digits) {
    const int value = hex_value(c);
    if (value < 0) continue;
    if (high < 0) {
      high = value;
    } else {
      scratch += static_cast<char>(high << 4 | value);
      high = -1;
    }
  }
  if (high >= 0) scratch += static_cast<char>(high << 4);
  return scratch;
}

// Undoes the escape that starts at text[i] == '\\'; returns the position after it.
std::size_t undo_escape(std::string_view text, std::size_t i, std::string& out) {
  if (++i >= text.size()) return i;
  const char c = text[i];
  if (c >= '0' && c <= '7') {
    int value = 0;
    for (int digits = 0; digits < 3 && i < text.size() && text[i] >= '0' && text[i] <= '7';
         ++digits, ++i) {
      value = value * 8 + (text[i] - '0');
    }
    out += static_cast<char>(value);
    return i;
  }
  switch (c) {
    case 'n': out += '\n'; break;
    case 'r': out += '\r'; break;
    case 't': out += '\t'; break;
    case 'b': out += '\b'; break;
    case 'f': out += '\f'; break;
    case '\n': break;
    case '\r': return i + (i + 1 < text.size() && text[i + 1] == '\n' ? 2 : 1);
    default: out += c;
  }
  return i + 1;
}

}  // namespace

void PdfLexer::skip_blanks() noexcept {
  while (position_ < bytes_.size()) {
    const char c = bytes_[position_];
    if (c == '%') {
      while (position_ < bytes_.size() && bytes_[position_] != '\n' && bytes_[position_] != '\r') {
        ++position_;
      }
    } else if (class_of(c) == kBlank) {
      ++position_;
    } else {
      return;
    }
  }
}

std::string_view PdfLexer::regular() noexcept {
  const std::size_t begin = position_;
  while (position_ < bytes_.size() && class_of(bytes_[position_]) == kRegular) ++position_;
  return bytes_.substr(begin, position_ - begin);
}

PdfToken PdfLexer::number() noexcept {
  const std::string_view text = regular();
  std::size_t i = 0;
  bool negative = false;
  while (i < text.size() && (text[i] == '+' || text[i] == '-')) negative |= text[i++] == '-';
  double value = 0;
  bool digits = false;
  for (; i < text.size() && is_digit(text[i]); ++i, digits = true) {
    if (value < 1e15) value = value * 10 + (text[i] - '0');
  }
  if (i < text.size() && text[i] == '.') {
    double scale = 0.1;
    for (++i; i < text.size() && is_digit(text[i]); ++i, digits = true, scale *= 0.1) {
      value += scale * (text[i] - '0');
    }
  }
  if (!digits) return {PdfToken::Type::kOperator, 0, text};
  return {PdfToken::Type::kNumber, negative ? -value : value, text};
}

PdfToken PdfLexer::literal_string() noexcept {
  const std::size_t begin = position_;
  int depth = 0;
  for (; position_ < bytes_.size(); ++position_) {
    const char c = bytes_[position_];
    if (c == '\\') {
      ++position_;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      ++position_;
      break;
    }
  }
  if (position_ > bytes_.size()) position_ = bytes_.size();
  return {PdfToken::Type::kString, 0, bytes_.substr(begin, position_ - begin)};
}

PdfToken PdfLexer::hex_string() noexcept {
  const std::size_t end = bytes_.find('>', position_);
  const std::size_t begin = position_;
  position_ = end == std::string_view::npos ? bytes_.size() : end + 1;
  return {PdfToken::Type::kString, 0, bytes_.substr(begin, position_ - begin)};
}

PdfToken PdfLexer::next() noexcept {
  using Type = PdfToken::Type;
  skip_blanks();
  if (position_ >= bytes_.size()) return {};
  const char c = bytes_[position_];
  const bool doubled = position_ + 1 < bytes_.size() && bytes_[position_ + 1] == c;
  const auto single = [this](Type type, std::size_t size) {
    position_ += size;
    return PdfToken{type, 0, bytes_.substr(position_ - size, size)};
  };
  switch (c) {
    case '/': ++position_; return {Type::kName, 0, regular()};
    case '(': return literal_string();
    case '[': return single(Type::kArrayBegin, 1);
    case ']': return single(Type::kArrayEnd, 1);
    case '<': return doubled ? single(Type::kDictionaryBegin, 2) : hex_string();
    case '>': return doubled ? single(Type::kDictionaryEnd, 2) : single(Type::kOperator, 1);
    case ')':
    case '{':
    case '}': return single(Type::kOperator, 1);
    default: break;
  }
  if (is_digit(c) || c == '+' || c == '-' || c == '.') return number();
  return {Type::kOperator, 0, regular()};
}

void PdfLexer::skip_inline_image() noexcept {
  if (position_ < bytes_.size()) ++position_;  // the one blank after ID
  while (true) {
    const std::size_t found = bytes_.find("EI", position_);
    if (found == std::string_view::npos) {
      position_ = bytes_.size();
      return;
    }
    position_ = found + 2;
    const bool blank_before = found > 0 && class_of(bytes_[found - 1]) == kBlank;
    const bool ends = position_ >= bytes_.size() || class_of(bytes_[position_]) != kRegular;
    if (blank_before && ends) return;
  }
}

std::string_view pdf_string_bytes(std::string_view raw, std::string& scratch) {
  if (raw.empty()) return raw;
  if (raw.front() == '<') return hex_bytes(raw.substr(1), scratch);
  std::string_view text = raw.substr(1);
  if (text.ends_with(')')) text.remove_suffix(1);
  if (text.find('\\') == std::string_view::npos) return text;
  scratch.clear();
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\\') {
      i = undo_escape(text, i, scratch);
    } else {
      scratch += text[i++];
    }
  }
  return scratch;
}

std::string pdf_name_text(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const int high = raw[i] == '#' && i + 2 < raw.size() ? hex_value(raw[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(raw[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else {
      out += raw[i];
    }
  }
  return out;
}

}  // namespace credence
