#include "scanners/identify/text_sample.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

using namespace std::string_view_literals;

// Byte order and width of a wide encoding.
struct Wide {
  std::size_t width = 2;
  bool big = false;
};

constexpr bool is_control(unsigned c) noexcept {
  const bool usual = (c >= 7 && c <= 13) || c == 27;  // BEL BS TAB LF VT FF CR, ESC
  return (c < 32 && !usual) || c == 127;
}

std::uint32_t unit_at(std::string_view bytes, std::size_t i, Wide wide) noexcept {
  std::uint32_t value = 0;
  for (std::size_t k = 0; k < wide.width; ++k) {
    const std::size_t at = wide.big ? i + k : i + wide.width - 1 - k;
    value = value << 8 | static_cast<unsigned char>(bytes[at]);
  }
  return value;
}

// One byte a unit: itself where ASCII, else '?'.
std::string narrow(std::string_view bytes, Wide wide) {
  std::string out;
  out.reserve(bytes.size() / wide.width);
  for (std::size_t i = 0; i + wide.width <= bytes.size(); i += wide.width) {
    const std::uint32_t unit = unit_at(bytes, i, wide);
    out += unit < 128 ? static_cast<char>(unit) : '?';
  }
  return out;
}

bool few_controls(std::string_view text) noexcept {
  std::size_t controls = 0;
  for (const char c : text) controls += is_control(static_cast<unsigned char>(c)) ? 1U : 0U;
  return controls * 50 <= text.size();
}

TextSample wide_sample(const Sample& sample, std::size_t mark, Wide wide) {
  TextSample out;
  out.text = narrow(sample.head.substr(mark), wide);
  // The tail begins at a unit only when the sizes allow it.
  out.tail = narrow(sample.tail.substr(sample.tail.size() % wide.width), wide);
  out.is_whole = sample.is_whole();
  return out;
}

struct Mark {
  std::string_view bytes;
  Wide wide;
};
constexpr Mark kWideMarks[] = {
    {"\xFF\xFE\x00\x00"sv, {4, false}},
    {"\x00\x00\xFE\xFF"sv, {4, true}},
    {"\xFF\xFE"sv, {2, false}},
    {"\xFE\xFF"sv, {2, true}},
};

// UTF-16 or UTF-32 without a mark: the zero bytes of ASCII letters stand in the
// same places of most units.
std::optional<Wide> guess_wide(std::string_view head) noexcept {
  if (head.size() < 8 || head.find('\0') == std::string_view::npos) return std::nullopt;
  std::size_t zeros[4] = {};
  for (std::size_t i = 0; i < head.size(); ++i) zeros[i % 4] += head[i] == '\0' ? 1U : 0U;
  const std::size_t quarter = head.size() / 4;
  const auto most = [&](std::size_t n) { return n * 10 >= quarter * 9; };
  const auto many = [&](std::size_t n) { return n * 2 >= quarter; };
  const auto few = [&](std::size_t n) { return n * 10 <= quarter; };
  if (few(zeros[0]) && most(zeros[1]) && most(zeros[2]) && most(zeros[3])) return Wide{4, false};
  if (few(zeros[3]) && most(zeros[0]) && most(zeros[1]) && most(zeros[2])) return Wide{4, true};
  if (few(zeros[0]) && few(zeros[2]) && many(zeros[1]) && many(zeros[3])) return Wide{2, false};
  if (few(zeros[1]) && few(zeros[3]) && many(zeros[0]) && many(zeros[2])) return Wide{2, true};
  return std::nullopt;
}

struct Census {
  std::size_t controls = 0;
  std::size_t invalid = 0;  // bytes that are not UTF-8
};

constexpr std::size_t kBlock = 64;

// Adds the controls of the blocks at the beginning of `text` that are all ASCII; returns
// their size. Without branches, so that a block takes a few instructions.
std::size_t count_ascii(std::string_view text, Census& census) noexcept {
  std::size_t at = 0;
  for (; at + kBlock <= text.size(); at += kBlock) {
    unsigned any = 0;
    unsigned controls = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      any |= byte;
      controls += is_control(byte) ? 1U : 0U;
    }
    if (any >= 0x80) break;
    census.controls += controls;
  }
  return at;
}

Census count(std::string_view text, bool cut) noexcept {
  Census census;
  for (std::size_t i = 0; i < text.size();) {
    i += count_ascii(text.substr(i), census);
    const std::size_t block_end = std::min(text.size(), i + kBlock);
    while (i < block_end) {
      const CodePoint point = decode_utf8(text.substr(i));
      if (point.length == 0) {
        if (cut && i + 4 > text.size()) return census;  // a character split by the window
        ++census.invalid;
        ++i;
        continue;
      }
      census.controls += is_control(point.value) ? 1U : 0U;
      i += point.length;
    }
  }
  return census;
}

// Random bytes hold a tenth of controls; text hardly any.
bool is_narrow_text(std::string_view text, bool cut) noexcept {
  const Census census = count(text, cut);
  if (census.invalid * 100 <= text.size()) return census.controls * 50 <= text.size();
  return census.controls * 200 <= text.size();
}

}  // namespace

std::optional<TextSample> sample_text(const Sample& sample) {
  const std::string_view head = sample.head;
  for (const Mark& mark : kWideMarks) {
    if (!head.starts_with(mark.bytes)) continue;
    TextSample out = wide_sample(sample, mark.bytes.size(), mark.wide);
    if (few_controls(out.text)) return out;
  }
  if (const auto wide = guess_wide(head)) {
    TextSample out = wide_sample(sample, 0, *wide);
    if (few_controls(out.text)) return out;
  }
  if (!is_narrow_text(head, !sample.is_whole())) return std::nullopt;
  TextSample out;
  out.text = head.substr(head.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  out.tail = sample.tail;
  out.is_whole = sample.is_whole();
  return out;
}

}  // namespace credence
