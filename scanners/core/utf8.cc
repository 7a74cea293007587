#include "scanners/core/utf8.h"

#include <cstdio>

namespace credence {
namespace {

constexpr bool continues(std::string_view text, std::size_t i) noexcept {
  return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
}

constexpr char32_t low6(char c) noexcept { return static_cast<unsigned char>(c) & 0x3FU; }

// Characters that change or vanish when shown: controls, format characters,
// fillers, variation selectors, tags, private use.
constexpr bool is_unprintable(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x34F || c == 0x61C ||
         c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180E) ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0x2800 || c == 0x3164 ||
         (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || c == 0xFFA0 ||
         (c >= 0xFFF0 && c <= 0xFFFB) || (c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000;
}

}  // namespace

CodePoint decode_utf8(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead < 0xE0 && continues(text, 1)) {
    return {(lead & 0x1FU) << 6 | low6(text[1]), 2};
  }
  if (lead >= 0xE0 && lead < 0xF0 && continues(text, 1) && continues(text, 2)) {
    const char32_t value = (lead & 0x0FU) << 12 | low6(text[1]) << 6 | low6(text[2]);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (lead >= 0xF0 && lead < 0xF5 && continues(text, 1) && continues(text, 2) &&
      continues(text, 3)) {
    const char32_t value =
        (lead & 0x07U) << 18 | low6(text[1]) << 12 | low6(text[2]) << 6 | low6(text[3]);
    if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
  }
  return {0xFFFD, 0};
}

void append_utf8(std::string& out, char32_t value) {
  if (value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) value = 0xFFFD;
  const auto put = [&out](char32_t byte) { out += static_cast<char>(byte); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | value >> 6);
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | value >> 12);
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | value >> 18);
    put(0x80 | (value >> 12 & 0x3F));
    put(0x80 | (value >> 6 & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

std::string printable(std::string_view text, std::size_t size_max) {
  static constexpr std::string_view kCut = "…";
  std::string out;
  bool blank = false;
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    std::string piece;
    if (point.length == 0) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x",
                    static_cast<unsigned>(static_cast<unsigned char>(text[0])));
      piece = hex;
    } else if (point.value == ' ' || (point.value >= 9 && point.value <= 13)) {
      if (!blank && !out.empty()) piece = " ";
    } else if (is_unprintable(point.value)) {
      char hex[16];
      std::snprintf(hex, sizeof hex, "\\u{%x}", static_cast<unsigned>(point.value));
      piece = hex;
    } else {
      piece = text.substr(0, point.length);
    }
    blank = piece.empty() || piece == " ";
    if (out.size() + piece.size() + kCut.size() > size_max) {
      out += kCut;
      return out;
    }
    out += piece;
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace credence
