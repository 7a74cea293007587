#include "scanners/extract/pdf_cmap.h"

#include <algorithm>

#include "scanners/core/utf8.h"
#include "scanners/extract/pdf_content.h"

namespace credence {
namespace {

constexpr std::size_t kRangesMax = 200'000;
constexpr std::size_t kCodeSpacesMax = 256;
constexpr std::size_t kTextUnitsMax = 16;  // UTF-16 units a code may stand for

std::uint32_t code_of(std::string_view bytes) noexcept {
  std::uint32_t code = 0;
  for (const char c : bytes.substr(0, 4)) code = code << 8 | static_cast<unsigned char>(c);
  return code;
}

// The code points of big-endian UTF-16, at most kTextUnitsMax units of it. A lone
// byte counts as a unit: writers that emit <41> exist.
std::vector<char32_t> decode_utf16(std::string_view bytes) {
  std::vector<char32_t> out;
  if (bytes.size() == 1) return {static_cast<unsigned char>(bytes[0])};
  for (std::size_t i = 0; i + 1 < bytes.size() && i < 2 * kTextUnitsMax; i += 2) {
    char32_t unit = code_of(bytes.substr(i, 2));
    if (unit >= 0xD800 && unit < 0xDC00 && i + 3 < bytes.size()) {
      const char32_t low = code_of(bytes.substr(i + 2, 2));
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    out.push_back(unit);
  }
  return out;
}

}  // namespace

void PdfCMap::add_range(std::uint32_t low, std::uint32_t high, std::string_view utf16) {
  const std::vector<char32_t> text = decode_utf16(utf16);
  if (text.empty() || high < low || ranges_.size() >= kRangesMax) return;
  Range range{low, high, text.back(), static_cast<std::uint32_t>(prefixes_.size()), 0};
  for (std::size_t i = 0; i + 1 < text.size(); ++i) append_utf8(prefixes_, text[i]);
  range.prefix_size = static_cast<std::uint32_t>(prefixes_.size()) - range.prefix;
  ranges_.push_back(range);
}

PdfCMap PdfCMap::parse(std::string_view bytes) {
  using Type = PdfToken::Type;
  enum class Section { kNone, kCharacters, kRanges, kCodeSpace };
  PdfCMap map;
  PdfLexer lexer(bytes);
  Section section = Section::kNone;
  std::vector<std::string> row;  // the strings of the entry being read
  bool in_array = false;
  std::uint32_t array_code = 0;
  std::string scratch;
  while (true) {
    const PdfToken token = lexer.next();
    if (token.type == Type::kEnd) break;
    if (token.type == Type::kOperator) {
      row.clear();
      in_array = false;
      section = token.raw == "beginbfchar"           ? Section::kCharacters
                : token.raw == "beginbfrange"        ? Section::kRanges
                : token.raw == "begincodespacerange" ? Section::kCodeSpace
                                                     : Section::kNone;
      continue;
    }
    if (section == Section::kNone) continue;
    if (token.type == Type::kArrayBegin && row.size() == 2) {
      in_array = true;
      array_code = code_of(row[0]);
    } else if (token.type == Type::kArrayEnd) {
      in_array = false;
      row.clear();
    }
    if (token.type != Type::kString) continue;
    const std::string_view text = pdf_string_bytes(token.raw, scratch);
    if (in_array) {
      if (array_code <= code_of(row[1])) map.add_range(array_code, array_code, text);
      ++array_code;
      continue;
    }
    row.emplace_back(text.substr(0, 2 * kTextUnitsMax));
    if (section == Section::kCharacters && row.size() == 2) {
      map.add_range(code_of(row[0]), code_of(row[0]), row[1]);
      row.clear();
    } else if (section == Section::kRanges && row.size() == 3) {
      map.add_range(code_of(row[0]), code_of(row[1]), row[2]);
      row.clear();
    } else if (section == Section::kCodeSpace && row.size() == 2) {
      if (map.code_space_.size() < kCodeSpacesMax && !row[0].empty()) {
        map.code_space_.push_back(
            {code_of(row[0]), code_of(row[1]), std::min<std::size_t>(row[0].size(), 4)});
      }
      row.clear();
    }
  }
  std::stable_sort(map.ranges_.begin(), map.ranges_.end(),
                   [](const Range& a, const Range& b) { return a.low < b.low; });
  return map;
}

std::size_t PdfCMap::code_size(std::string_view text) const noexcept {
  for (std::size_t size = 1; size <= 4 && size <= text.size(); ++size) {
    const std::uint32_t code = code_of(text.substr(0, size));
    for (const CodeSpace& space : code_space_) {
      if (space.size == size && code >= space.low && code <= space.high) return size;
    }
  }
  return std::min<std::size_t>(text.size(), code_space_.empty() ? 1 : code_space_.front().size);
}

bool PdfCMap::append_text(std::uint32_t code, std::string& out) const {
  auto it =
      std::upper_bound(ranges_.begin(), ranges_.end(), code,
                       [](std::uint32_t value, const Range& range) { return value < range.low; });
  if (it == ranges_.begin()) return false;
  --it;
  if (code > it->high) return false;
  out.append(prefixes_, it->prefix, it->prefix_size);
  append_utf8(out, it->last + (code - it->low));
  return true;
}

}  // namespace credence
