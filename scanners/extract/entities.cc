#include "scanners/extract/entities.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

struct Entity {
  std::string_view name;
  char32_t first;
  char32_t second;
  bool bare;  // may lack its semicolon
};

constexpr auto kEntities = std::to_array<Entity>({
#define E(name, first, second, bare) {name, first, second, (bare) != 0},
#include "scanners/extract/entities.def"
#undef E
});

constexpr std::size_t kNameMax = 31;      // "CounterClockwiseContourIntegral"
constexpr std::size_t kBareNameMax = 6;   // "Aacute"
constexpr std::size_t kDigitsMax = 1024;  // leading zeros are legal

constexpr bool is_alpha(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

constexpr int digit_value(char c, bool hex) noexcept {
  if (is_digit(c)) return c - '0';
  if (hex && c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (hex && c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

const Entity* find(std::string_view name) noexcept {
  const auto it = std::lower_bound(
      kEntities.begin(), kEntities.end(), name,
      [](const Entity& entity, std::string_view wanted) { return entity.name < wanted; });
  return it != kEntities.end() && it->name == name ? &*it : nullptr;
}

// Numeric references to C1 controls mean windows-1252.
constexpr std::array<char32_t, 32> kC1 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::size_t decode_number(std::string_view text, std::string& out) {
  std::size_t at = 2;
  const bool hex = at < text.size() && (text[at] == 'x' || text[at] == 'X');
  if (hex) ++at;
  const std::size_t begin = at;
  const std::size_t end = std::min(text.size(), begin + kDigitsMax);
  char32_t value = 0;
  for (; at < end; ++at) {
    const int digit = digit_value(text[at], hex);
    if (digit < 0) break;
    if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  if (at == begin) return 0;
  if (at < text.size() && text[at] == ';') ++at;
  if (value >= 0x80 && value < 0xA0) value = kC1[value - 0x80];
  append_utf8(out, value == 0 ? 0xFFFD : value);
  return at;
}

void append(const Entity& entity, std::string& out) {
  append_utf8(out, entity.first);
  if (entity.second != 0) append_utf8(out, entity.second);
}

std::size_t decode_bare(std::string_view text, std::size_t name_end, EntityContext context,
                        std::string& out) {
  for (std::size_t size = std::min(name_end - 1, kBareNameMax); size >= 2; --size) {
    const Entity* entity = find(text.substr(1, size));
    if (entity == nullptr || !entity->bare) continue;
    const std::size_t end = 1 + size;
    if (context == EntityContext::kAttribute && end < text.size() &&
        (text[end] == '=' || is_alpha(text[end]) || is_digit(text[end]))) {
      return 0;
    }
    append(*entity, out);
    return end;
  }
  return 0;
}

bool is_xml_name(std::string_view name) noexcept {
  return name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos";
}

}  // namespace

std::size_t decode_entity(std::string_view text, EntityContext context, EntitySet set,
                          std::string& out) {
  if (text.size() < 3 || text[0] != '&') return 0;
  if (text[1] == '#') return decode_number(text, out);
  if (!is_alpha(text[1])) return 0;
  std::size_t end = 1;
  while (end < text.size() && end <= kNameMax && (is_alpha(text[end]) || is_digit(text[end]))) {
    ++end;
  }
  const std::string_view name = text.substr(1, end - 1);
  if (end < text.size() && text[end] == ';' && (set == EntitySet::kHtml || is_xml_name(name))) {
    if (const Entity* entity = find(name)) {
      append(*entity, out);
      return end + 1;
    }
  }
  return set == EntitySet::kHtml ? decode_bare(text, end, context, out) : 0;
}

}  // namespace credence
