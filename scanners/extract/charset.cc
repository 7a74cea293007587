#include "scanners/extract/charset.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

// WHATWG Encoding, index windows-1252, bytes 0x80 to 0x9F.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

constexpr std::size_t kSampleBytes = 4096;

constexpr unsigned byte_at(std::string_view bytes, std::size_t i) noexcept {
  return static_cast<unsigned char>(bytes[i]);
}

// The first byte of `bytes` above 0x7F from `at`, or its size.
std::size_t skip_ascii(std::string_view bytes, std::size_t at) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  while (at + 32 <= bytes.size()) {
    std::uint64_t words[4];
    std::memcpy(words, bytes.data() + at, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
    at += 32;
  }
  while (at < bytes.size() && byte_at(bytes, at) < 0x80) ++at;
  return at;
}

std::optional<Charset> by_mark(std::string_view bytes) noexcept {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE\0\0"sv)) return Charset::kUtf32Le;
  if (bytes.starts_with("\0\0\xFE\xFF"sv)) return Charset::kUtf32Be;
  if (bytes.starts_with("\xFF\xFE"sv)) return Charset::kUtf16Le;
  if (bytes.starts_with("\xFE\xFF"sv)) return Charset::kUtf16Be;
  if (utf8_mark_size(bytes) != 0) return Charset::kUtf8;
  return std::nullopt;
}

// Latin text in wide units has a zero in most units, always at the same place.
std::optional<Charset> by_zeros(std::string_view bytes) noexcept {
  const std::string_view sample = bytes.substr(0, kSampleBytes);
  if (sample.size() < 4 || std::memchr(sample.data(), 0, sample.size()) == nullptr) {
    return std::nullopt;
  }
  std::array<std::size_t, 4> zeros{};
  for (std::size_t i = 0; i < sample.size(); ++i) zeros[i % 4] += sample[i] == '\0' ? 1 : 0;
  const std::size_t units = sample.size() / 4;
  const auto most = [&](std::size_t i) { return zeros[i] * 10 >= units * 6; };
  const auto few = [&](std::size_t i) { return zeros[i] * 20 <= units; };
  if (most(1) && most(2) && most(3) && few(0)) return Charset::kUtf32Le;
  if (most(0) && most(1) && most(2) && few(3)) return Charset::kUtf32Be;
  if (most(1) && most(3) && few(0) && few(2)) return Charset::kUtf16Le;
  if (most(0) && most(2) && few(1) && few(3)) return Charset::kUtf16Be;
  return std::nullopt;
}

bool mostly_invalid_utf8(std::string_view bytes) noexcept {
  std::size_t valid = 0;
  std::size_t invalid = 0;
  for (std::size_t at = skip_ascii(bytes, 0); at < bytes.size(); at = skip_ascii(bytes, at)) {
    const std::size_t length = decode_utf8(bytes.substr(at)).length;
    ++(length == 0 ? invalid : valid);
    at += std::max<std::size_t>(length, 1);
    if (valid > 256 + 4 * invalid || invalid > 256 + 4 * valid) break;
  }
  return invalid > valid;
}

// Appends text whose map is exact only where a group of units ends.
class GroupedText {
 public:
  GroupedText(std::size_t source_bytes, Utf8Text& out)
      : exact_(source_bytes <= (std::size_t{16} << 20)), out_(out) {}

  void put(char32_t value, std::size_t begin, std::size_t end) {
    if (group_.empty()) begin_ = begin;
    append_utf8(group_, value);
    end_ = end;
    ++units_;
    if (units_ >= (exact_ ? 16 : 64) || (exact_ && value <= ' ')) flush();
  }

  void flush() {
    out_.text.append(group_);
    out_.map.replaced(group_.size(), {begin_, end_ - begin_});
    group_.clear();
    units_ = 0;
  }

 private:
  bool exact_;
  Utf8Text& out_;
  std::string group_;
  std::size_t units_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

void from_utf16(std::string_view bytes, bool little, Utf8Text& out) {
  const auto unit = [&](std::size_t i) -> char32_t {
    const unsigned first = byte_at(bytes, i);
    const unsigned second = byte_at(bytes, i + 1);
    return little ? second << 8 | first : first << 8 | second;
  };
  GroupedText text(bytes.size(), out);
  std::size_t i = 0;
  if (bytes.size() >= 2 && unit(0) == 0xFEFF) i = 2;
  while (i + 2 <= bytes.size()) {
    char32_t value = unit(i);
    std::size_t length = 2;
    if (value >= 0xD800 && value < 0xDC00 && i + 4 <= bytes.size()) {
      const char32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
        length = 4;
      }
    }
    text.put(value, i, i + length);
    i += length;
  }
  if (i < bytes.size()) text.put(0xFFFD, i, bytes.size());
  text.flush();
}

void from_utf32(std::string_view bytes, bool little, Utf8Text& out) {
  const auto unit = [&](std::size_t i) {
    char32_t value = 0;
    for (std::size_t k = 0; k < 4; ++k)
      value = value << 8 | byte_at(bytes, i + (little ? 3 - k : k));
    return value;
  };
  GroupedText text(bytes.size(), out);
  std::size_t i = 0;
  if (bytes.size() >= 4 && unit(0) == 0xFEFF) i = 4;
  for (; i + 4 <= bytes.size(); i += 4) text.put(unit(i), i, i + 4);
  if (i < bytes.size()) text.put(0xFFFD, i, bytes.size());
  text.flush();
}

void from_windows_1252(std::string_view bytes, Utf8Text& out) {
  out.text.reserve(bytes.size() + bytes.size() / 8);
  std::string high;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = skip_ascii(bytes, at);
    out.text.append(bytes.substr(at, end - at));
    out.map.copied(at, end - at);
    high.clear();
    for (at = end; at < bytes.size() && at < end + 16 && byte_at(bytes, at) >= 0x80; ++at) {
      const unsigned byte = byte_at(bytes, at);
      append_utf8(high, byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
    }
    out.text.append(high);
    out.map.replaced(high.size(), {end, at - end});
  }
}

}  // namespace

Charset detect_charset(std::string_view bytes) noexcept {
  if (const auto charset = by_mark(bytes)) return *charset;
  if (const auto charset = by_zeros(bytes)) return *charset;
  return mostly_invalid_utf8(bytes) ? Charset::kWindows1252 : Charset::kUtf8;
}

Utf8Text to_utf8(std::string_view bytes, Charset charset) {
  Utf8Text out;
  switch (charset) {
    case Charset::kUtf8: out.text.assign(bytes); break;
    case Charset::kUtf16Le: from_utf16(bytes, true, out); break;
    case Charset::kUtf16Be: from_utf16(bytes, false, out); break;
    case Charset::kUtf32Le: from_utf32(bytes, true, out); break;
    case Charset::kUtf32Be: from_utf32(bytes, false, out); break;
    case Charset::kWindows1252: from_windows_1252(bytes, out); break;
  }
  return out;
}

}  // namespace credence
