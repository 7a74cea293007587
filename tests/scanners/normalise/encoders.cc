#include "tests/scanners/normalise/encoders.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "scanners/core/utf8.h"

namespace credence::test {
namespace {

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Each byte in `base`, in `width` digits or more, between `before` and `after`.
std::string bytes_in_base(int base, std::size_t width, std::string_view text,
                          std::string_view before, std::string_view after) {
  std::string out;
  for (const char c : text) {
    char digits[8];
    const char* end =
        std::to_chars(digits, std::end(digits), static_cast<unsigned char>(c), base).ptr;
    const std::string_view number(digits, static_cast<std::size_t>(end - digits));
    out.append(before).append(width - std::min(width, number.size()), '0');
    out.append(number).append(after);
  }
  return out;
}

}  // namespace

std::string base64(std::string_view text, bool url_safe, bool padded) {
  std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (url_safe) alphabet.replace(62, 2, "-_");
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    unsigned group = 0;
    const std::size_t size = std::min<std::size_t>(3, text.size() - i);
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < size ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= size) {
        out += alphabet[group >> (18 - 6 * k) & 63];
      } else if (padded) {
        out += '=';
      }
    }
  }
  return out;
}

std::string base32(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  unsigned group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    group = (group << 8 | static_cast<unsigned char>(c)) & 0xFFFF;
    for (bits += 8; bits >= 5; bits -= 5) out += kAlphabet[group >> (bits - 5) & 31];
  }
  if (bits > 0) out += kAlphabet[group << (5 - bits) & 31];
  while (out.size() % 8 != 0) out += '=';
  return out;
}

std::string ascii85(std::string_view text) {
  std::string out = "<~";
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const std::size_t size = std::min<std::size_t>(4, text.size() - i);
    unsigned group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      group = group << 8 | (k < size ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    char digits[5];
    for (std::size_t k = 5; k-- > 0; group /= 85) digits[k] = static_cast<char>('!' + group % 85);
    out.append(digits, size + 1);
  }
  return out + "~>";
}

std::string morse(std::string_view text, std::string_view word_gap) {
  constexpr std::string_view kCodes[] = {".-",   "-...", "-.-.", "-..",  ".",    "..-.", "--.",
                                         "....", "..",   ".---", "-.-",  ".-..", "--",   "-.",
                                         "---",  ".--.", "--.-", ".-.",  "...",  "-",    "..-",
                                         "...-", ".--",  "-..-", "-.--", "--.."};
  std::string out;
  bool in_word = false;
  for (const char c : text) {
    if (c == ' ') {
      out += word_gap;
      in_word = false;
      continue;
    }
    if (in_word) out += ' ';
    out += kCodes[(c | 0x20) - 'a'];
    in_word = true;
  }
  return out;
}

std::string grouped(std::string_view text, std::size_t width, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += width) {
    if (i > 0) out += separator;
    out += text.substr(i, width);
  }
  return out;
}

std::string utf16le(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

std::string hex_bytes(std::string_view text, std::string_view before, std::string_view after) {
  return bytes_in_base(16, 2, text, before, after);
}

std::string decimal_bytes(std::string_view text, std::string_view before, std::string_view after) {
  return bytes_in_base(10, 1, text, before, after);
}

std::string binary_bytes(std::string_view text, std::string_view after) {
  return bytes_in_base(2, 8, text, {}, after);
}

std::string octal_bytes(std::string_view text, std::string_view before, std::string_view after) {
  return bytes_in_base(8, 3, text, before, after);
}

std::string spaced(std::string_view text, std::string_view letter_gap, std::string_view word_gap) {
  std::string out;
  bool in_word = false;
  for (const char c : text) {
    if (c == ' ') {
      out += word_gap;
      in_word = false;
      continue;
    }
    if (in_word) out += letter_gap;
    out += c;
    in_word = true;
  }
  return out;
}

std::string replaced(std::string_view text, std::string_view from, std::u32string_view to) {
  std::string out;
  for (const char c : text) {
    const std::size_t at = from.find(c);
    append_utf8(out, at == std::string_view::npos ? static_cast<unsigned char>(c) : to[at]);
  }
  return out;
}

std::string alphabet(std::string_view text, char32_t first, char32_t first_capital) {
  std::string out;
  for (const char c : text) {
    if (!is_ascii_letter(c)) {
      out += c;
    } else {
      const bool small = c >= 'a';
      append_utf8(out,
                  (small ? first : first_capital) + static_cast<char32_t>(c - (small ? 'a' : 'A')));
    }
  }
  return out;
}

std::string tags(std::string_view text) {
  std::string out;
  for (const char c : text) append_utf8(out, 0xE0000U + static_cast<unsigned char>(c));
  return out;
}

std::string variation_selectors(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const char32_t byte = static_cast<unsigned char>(c);
    append_utf8(out, byte < 16 ? 0xFE00 + byte : 0xE0100 + byte - 16);
  }
  return out;
}

std::string bits(std::string_view text, char32_t zero, char32_t one) {
  std::string out;
  for (const char c : text) {
    for (int bit = 7; bit >= 0; --bit) {
      append_utf8(out, (static_cast<unsigned char>(c) >> bit & 1) != 0 ? one : zero);
    }
  }
  return out;
}

std::string rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (!is_ascii_letter(c)) continue;
    const char base = c >= 'a' ? 'a' : 'A';
    c = static_cast<char>(base + (c - base + 13) % 26);
  }
  return out;
}

std::string reversed(std::string_view ascii) { return {ascii.rbegin(), ascii.rend()}; }

std::string sprinkled(std::string_view text, char32_t mark) {
  std::string out;
  for (const char c : text) {
    out += c;
    append_utf8(out, mark);
  }
  return out;
}

}  // namespace credence::test
