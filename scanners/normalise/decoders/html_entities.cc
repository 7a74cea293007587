#include "scanners/normalise/decoders/html_entities.h"

#include <algorithm>
#include <iterator>

#include "scanners/core/ascii.h"

namespace credence::normalise {
namespace {

struct Named {
  std::string_view name;
  char32_t value;
};

// Ascending by name, in byte order.
constexpr Named kNamed[] = {
    {"AElig", 0xC6},  {"Aacute", 0xC1},  {"Acirc", 0xC2},   {"Agrave", 0xC0}, {"Aring", 0xC5},
    {"Atilde", 0xC3}, {"Auml", 0xC4},    {"Ccedil", 0xC7},  {"Eacute", 0xC9}, {"Ecirc", 0xCA},
    {"Egrave", 0xC8}, {"Euml", 0xCB},    {"Iacute", 0xCD},  {"Icirc", 0xCE},  {"Igrave", 0xCC},
    {"Iuml", 0xCF},   {"NewLine", '\n'}, {"Ntilde", 0xD1},  {"Oacute", 0xD3}, {"Ocirc", 0xD4},
    {"Ograve", 0xD2}, {"Oslash", 0xD8},  {"Otilde", 0xD5},  {"Ouml", 0xD6},   {"Tab", '\t'},
    {"Uacute", 0xDA}, {"Ucirc", 0xDB},   {"Ugrave", 0xD9},  {"Uuml", 0xDC},   {"VerticalLine", '|'},
    {"Yacute", 0xDD}, {"aacute", 0xE1},  {"acirc", 0xE2},   {"aelig", 0xE6},  {"agrave", 0xE0},
    {"amp", '&'},     {"apos", '\''},    {"aring", 0xE5},   {"ast", '*'},     {"atilde", 0xE3},
    {"auml", 0xE4},   {"bsol", '\\'},    {"bull", 0x2022},  {"ccedil", 0xE7}, {"colon", ':'},
    {"comma", ','},   {"commat", '@'},   {"dollar", '$'},   {"eacute", 0xE9}, {"ecirc", 0xEA},
    {"egrave", 0xE8}, {"emsp", ' '},     {"ensp", ' '},     {"equals", '='},  {"euml", 0xEB},
    {"euro", 0x20AC}, {"excl", '!'},     {"grave", '`'},    {"gt", '>'},      {"hellip", 0x2026},
    {"hyphen", '-'},  {"iacute", 0xED},  {"icirc", 0xEE},   {"igrave", 0xEC}, {"iuml", 0xEF},
    {"laquo", 0xAB},  {"lbrace", '{'},   {"lbrack", '['},   {"lcub", '{'},    {"ldquo", 0x201C},
    {"lowbar", '_'},  {"lpar", '('},     {"lrm", 0x200E},   {"lsqb", '['},    {"lsquo", 0x2018},
    {"lt", '<'},      {"mdash", 0x2014}, {"middot", 0xB7},  {"nbsp", ' '},    {"ndash", 0x2013},
    {"ntilde", 0xF1}, {"num", '#'},      {"oacute", 0xF3},  {"ocirc", 0xF4},  {"ograve", 0xF2},
    {"oslash", 0xF8}, {"otilde", 0xF5},  {"ouml", 0xF6},    {"percnt", '%'},  {"period", '.'},
    {"plus", '+'},    {"quest", '?'},    {"quot", '"'},     {"raquo", 0xBB},  {"rbrace", '}'},
    {"rbrack", ']'},  {"rcub", '}'},     {"rdquo", 0x201D}, {"rlm", 0x200F},  {"rpar", ')'},
    {"rsqb", ']'},    {"rsquo", 0x2019}, {"semi", ';'},     {"shy", 0xAD},    {"sol", '/'},
    {"szlig", 0xDF},  {"thinsp", ' '},   {"uacute", 0xFA},  {"ucirc", 0xFB},  {"ugrave", 0xF9},
    {"uuml", 0xFC},   {"verbar", '|'},   {"vert", '|'},     {"yacute", 0xFD}, {"yuml", 0xFF},
    {"zwj", 0x200D},  {"zwnj", 0x200C},
};

constexpr std::size_t kNameMax = 12;
constexpr std::size_t kDigitsMax = 8;

HtmlEntity read_numeric(std::string_view text) noexcept {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  std::size_t i = hex ? 3 : 2;
  const std::size_t first = i;
  char32_t value = 0;
  for (; i < text.size() && i - first < kDigitsMax; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0 || (!hex && digit > 9)) break;
    value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  if (i == first) return {};
  if (i < text.size() && text[i] == ';') ++i;
  return {i, value};
}

}  // namespace

HtmlEntity read_html_entity(std::string_view text) noexcept {
  if (text.size() < 3) return {};
  if (text[1] == '#') return read_numeric(text);
  std::size_t end = 1;
  while (end < text.size() && end <= kNameMax + 1 && is_letter(text[end])) ++end;
  if (end >= text.size() || text[end] != ';') return {};
  const std::string_view name = text.substr(1, end - 1);
  const auto* const it =
      std::lower_bound(std::begin(kNamed), std::end(kNamed), name,
                       [](const Named& entry, std::string_view key) { return entry.name < key; });
  if (it == std::end(kNamed) || it->name != name) return {};
  return {end + 1, it->value};
}

}  // namespace credence::normalise
