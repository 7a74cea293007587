#include "scanners/normalise/decoders/substitution.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"
#include "scanners/normalise/decoders/html_entities.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

// What stands for something else at a place: `length` source bytes, 0 for nothing.
struct Match {
  std::size_t length = 0;
  std::string bytes;
};

bool is_plain(unsigned value) noexcept {
  return value >= 0x20 || value == '\t' || value == '\n' || value == '\r';
}

// Two hexadecimal digits at `at`, -1 where there are none.
int hex_byte(std::string_view text, std::size_t at) noexcept {
  if (at + 2 > text.size()) return -1;
  const int high = hex_value(text[at]);
  const int low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// `count` hexadecimal digits at `at`; false where there are fewer.
bool hex_number(std::string_view text, std::size_t at, std::size_t count, char32_t& value) {
  if (at + count > text.size()) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int digit = hex_value(text[at + i]);
    if (digit < 0) return false;
    value = value << 4 | static_cast<char32_t>(digit);
  }
  return true;
}

// A character whose bytes are written out one by one, each as `mark` and two digits.
Match byte_match(std::string_view text, std::size_t at, std::string_view mark) {
  std::string bytes;
  std::size_t i = at;
  for (; bytes.size() < 4 && text.substr(i, mark.size()) == mark; i += mark.size() + 2) {
    const int value = hex_byte(text, i + mark.size());
    if (value < 0) break;
    bytes += static_cast<char>(value);
  }
  if (bytes.empty()) return {};
  const CodePoint point = decode_utf8(bytes);
  if (point.length == 0 || !is_plain(point.value)) return {};
  bytes.resize(point.length);
  return {point.length * (mark.size() + 2), std::move(bytes)};
}

Match point_match(std::size_t length, char32_t value) {
  if (!is_plain(value)) return {};
  Match match{length, {}};
  append_utf8(match.bytes, value);
  return match;
}

// Whether the same word holds a percent sign, not far from `at`.
bool near_percent(std::string_view text, std::size_t at) {
  constexpr std::size_t kNear = 128;
  for (std::size_t i = at; i > 0 && at - i < kNear && !is_blank(text[i - 1]); --i) {
    if (text[i - 1] == '%') return true;
  }
  for (std::size_t i = at; i < text.size() && i - at < kNear && !is_blank(text[i]); ++i) {
    if (text[i] == '%') return true;
  }
  return false;
}

// Each kind says what stands for something else at a place (`at`), and whether a
// place has the form of the encoding but no text behind it (`is_noise`).
struct Percent {
  static constexpr char kFirst = '%';
  static constexpr char kSecond = '+';  // a blank in forms, where %xx stands in the same word
  static constexpr std::size_t kMatchesMin = 1;

  static bool is_noise(std::string_view text, std::size_t i) { return hex_byte(text, i + 1) >= 0; }

  static Match at(std::string_view text, std::size_t i) {
    if (text[i] == '%') return byte_match(text, i, "%");
    const bool inside =
        i > 0 && i + 1 < text.size() && !is_blank(text[i - 1]) && !is_blank(text[i + 1]);
    if (!inside || !near_percent(text, i)) return {};
    return {1, " "};
  }
};

struct Entity {
  static constexpr char kFirst = '&';
  static constexpr char kSecond = '&';
  static constexpr std::size_t kMatchesMin = 1;

  static bool is_noise(std::string_view, std::size_t) { return false; }

  static Match at(std::string_view text, std::size_t i) {
    const HtmlEntity entity = read_html_entity(text.substr(i));
    if (entity.length == 0) return {};
    return point_match(entity.length, entity.value);
  }
};

struct QuotedPrintable {
  static constexpr char kFirst = '=';
  static constexpr char kSecond = '=';
  static constexpr std::size_t kMatchesMin = 2;

  static bool is_noise(std::string_view text, std::size_t i) { return hex_byte(text, i + 1) >= 0; }

  static Match at(std::string_view text, std::size_t i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == '\n') return {2, {}};
    if (next == '\r' && i + 2 < text.size() && text[i + 2] == '\n') return {3, {}};
    const Match match = byte_match(text, i, "=");
    if (match.length > 0) return match;
    // Mail of old is in Latin-1; its digits are capitals (RFC 2045, section 6.7).
    const int value = hex_byte(text, i + 1);
    if (value < 0xA0 || is_lower(next) || is_lower(text[i + 2])) return {};
    return point_match(3, static_cast<char32_t>(value));
  }
};

struct Escape {
  static constexpr char kFirst = '\\';
  static constexpr char kSecond = '\\';
  static constexpr std::size_t kMatchesMin = 2;

  static bool is_noise(std::string_view text, std::size_t i) {
    return text.substr(i, 2) == "\\x" && hex_byte(text, i + 2) >= 0;
  }

  static Match at(std::string_view text, std::size_t i) {
    const char kind = i + 1 < text.size() ? text[i + 1] : '\0';
    char32_t value = 0;
    if (kind == 'x') return byte_match(text, i, "\\x");
    if (kind == 'U' && hex_number(text, i + 2, 8, value)) return point_match(10, value);
    if (kind != 'u') return {};
    if (i + 2 < text.size() && text[i + 2] == '{') {
      const std::size_t close = text.substr(i, 11).find('}');
      if (close == std::string_view::npos || close < 4) return {};
      if (!hex_number(text, i + 3, close - 3, value)) return {};
      return point_match(close + 1, value);
    }
    if (!hex_number(text, i + 2, 4, value)) return {};
    char32_t low = 0;
    if (value >= 0xD800 && value < 0xDC00 && text.substr(i + 6, 2) == "\\u" &&
        hex_number(text, i + 8, 4, low) && low >= 0xDC00 && low < 0xE000) {
      return point_match(12, 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF));
    }
    return point_match(6, value);
  }
};

// What a paragraph gained by decoding.
struct Gain {
  std::size_t matches = 0;
  std::size_t noise = 0;
  std::size_t brackets = 0;
  std::size_t blanks = 0;
  std::size_t marks = 0;  // characters that begin an encoding
};

bool is_bracket(char c) noexcept {
  return c == '<' || c == '>' || c == '[' || c == ']' || c == '{' || c == '}' || c == '|';
}

bool is_mark(char c) noexcept { return c == '%' || c == '&' || c == '=' || c == '\\'; }

// Matches that make a paragraph worth another look even where it does not read as
// language, for what is encoded inside.
constexpr std::size_t kMatchesMany = 8;
// Blanks that make words of what was one.
constexpr std::size_t kBlanksMin = 3;

template <typename Kind>
Gain substitute(const MappedText& source, Stretch where, TextBuilder& out) {
  const std::string_view text = source.text.substr(0, where.end);
  Gain gain;
  std::size_t copied = where.begin;
  for (std::size_t i = where.begin; i < where.end; ++i) {
    if (text[i] != Kind::kFirst && text[i] != Kind::kSecond) continue;
    const Match match = Kind::at(text, i);
    if (match.length == 0) {
      if (Kind::is_noise(text, i)) ++gain.noise;
      continue;
    }
    out.copy(copied, i);
    out.replace(match.bytes, i, i + match.length);
    copied = i + match.length;
    i = copied - 1;
    ++gain.matches;
    if (match.bytes.size() != 1) continue;
    if (is_bracket(match.bytes[0])) ++gain.brackets;
    if (is_mark(match.bytes[0])) ++gain.marks;
    if (is_blank(match.bytes[0])) ++gain.blanks;
  }
  out.copy(copied, where.end);
  return gain;
}

template <typename Kind>
void decode_kind(const MappedText& source, const std::vector<std::uint32_t>& blocks,
                 Decoding decoding, const LanguageGate& gate, std::vector<Decoded>& out) {
  for (const Stretch& where : paragraphs_around(source.text, blocks)) {
    TextBuilder builder(source);
    const Gain gain = substitute<Kind>(source, where, builder);
    if (gain.matches < std::max(Kind::kMatchesMin, gain.noise)) continue;
    const auto before = gate.measure(source.text.substr(where.begin, where.end - where.begin));
    const auto after = gate.measure(builder.text());
    const bool foreign =
        after.foreign >= before.foreign + 4 && after.foreign_alike * 10 >= after.foreign * 7;
    const bool words = after.known_long > before.known_long ||
                       (gain.brackets > 0 && after.known_long > 0) ||
                       (gain.blanks >= kBlanksMin && after.known_long >= 2);
    // In noise some words turn up by chance.
    const bool dense = after.words >= 3 && after.letters >= 8 && after.known * 6 >= after.words &&
                       (after.known_long >= 2 || after.words <= 6);
    const bool readable = foreign || (words && dense);
    if (!readable && gain.marks == 0 && gain.matches < kMatchesMany) continue;
    out.push_back(make_decoded(builder.take(), decoding, readable));
  }
}

}  // namespace

void decode_percent(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out) {
  decode_kind<Percent>(source, candidates.blocks(Candidate::kPercent), Decoding::kUrl, gate, out);
}

void decode_entities(const MappedText& source, const Candidates& candidates,
                     const LanguageGate& gate, std::vector<Decoded>& out) {
  decode_kind<Entity>(source, candidates.blocks(Candidate::kEntity), Decoding::kHtmlEntity, gate,
                      out);
}

void decode_quoted_printable(const MappedText& source, const Candidates& candidates,
                             const LanguageGate& gate, std::vector<Decoded>& out) {
  decode_kind<QuotedPrintable>(source, candidates.blocks(Candidate::kEquals),
                               Decoding::kQuotedPrintable, gate, out);
}

void decode_escapes(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out) {
  decode_kind<Escape>(source, candidates.blocks(Candidate::kEscape), Decoding::kHex, gate, out);
}

}  // namespace credence::normalise
