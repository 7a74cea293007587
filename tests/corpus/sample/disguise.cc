#include "tests/corpus/sample/disguise.h"

#include <cctype>
#include <cstdint>

#include "scanners/core/utf8.h"

namespace credence::sample {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr char32_t kZeroWidthSpace = 0x200B;
constexpr char32_t kTagBlock = 0xE0000;
constexpr char32_t kVariationBlock = 0xE0100;  // stands for byte 16
constexpr char32_t kRightToLeftOverride = 0x202E;
constexpr char32_t kPopDirectionalFormatting = 0x202C;
constexpr std::size_t kQuotedLineMax = 60;

unsigned byte_of(char c) { return static_cast<unsigned char>(c); }

bool is_letter(char c) { return std::isalpha(static_cast<int>(byte_of(c))) != 0; }

char32_t look_alike(char c) {
  switch (c) {
    case 'a': return U'а';
    case 'c': return U'с';
    case 'e': return U'е';
    case 'i': return U'і';
    case 'o': return U'о';
    case 'p': return U'р';
    default: return byte_of(c);
  }
}

void put_hex(std::string& out, char c) {
  out += kHexDigits[byte_of(c) >> 4];
  out += kHexDigits[byte_of(c) & 15];
}

}  // namespace

std::string zero_width(std::string_view text) {
  std::string out;
  int letters = 0;
  for (const char c : text) {
    letters = is_letter(c) ? letters + 1 : 0;
    if (letters == 3) append_utf8(out, kZeroWidthSpace);
    out += c;
  }
  return out;
}

std::string tag_characters(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, kTagBlock + byte_of(c));
  return out;
}

std::string variation_selectors(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, kVariationBlock + byte_of(c) - 16);
  return out;
}

std::string look_alikes(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, look_alike(c));
  return out;
}

std::string display_reversed(std::string_view text) {
  std::string out;
  append_utf8(out, kRightToLeftOverride);
  out += reversed(text);
  append_utf8(out, kPopDirectionalFormatting);
  return out;
}

std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

std::string spaced_out(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!out.empty()) out += ' ';
    out += c;
  }
  return out;
}

std::string leet(std::string_view text) {
  constexpr std::string_view kLetters = "aeiost";
  constexpr std::string_view kDigits = "431057";
  std::string out(text);
  for (char& c : out) {
    const std::size_t at = kLetters.find(c);
    if (at != std::string_view::npos) c = kDigits[at];
  }
  return out;
}

std::string rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (!is_letter(c)) continue;
    const char first = c >= 'a' ? 'a' : 'A';
    c = static_cast<char>(first + (c - first + 13) % 26);
  }
  return out;
}

std::string base64(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::string_view group = text.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (k < group.size() ? byte_of(group[k]) : 0);
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= group.size() ? kBase64Digits[bits >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

std::string hex_dump(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!out.empty()) out += ' ';
    put_hex(out, c);
  }
  return out;
}

std::string json_escapes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += "\\u00";
    put_hex(out, c);
  }
  return out;
}

std::string percent(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += '%';
    put_hex(out, c);
  }
  return out;
}

std::string soft_line_breaks(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += kQuotedLineMax) {
    if (i > 0) out += "=\n";
    out += text.substr(i, kQuotedLineMax);
  }
  return out;
}

}  // namespace credence::sample
