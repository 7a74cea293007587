#include "scanners/normalise/decoders/payload.h"

#include <array>

#include "scanners/core/utf8.h"

namespace credence::normalise {

Stretch longest_text(std::string_view bytes) noexcept {
  Stretch best;
  std::size_t begin = 0;
  std::size_t i = 0;
  const auto close = [&] {
    if (i - begin > best.end - best.begin) best = {begin, i};
  };
  while (i < bytes.size()) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte < 0x80) {
      const bool control =
          (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F;
      if (control) {
        close();
        begin = i + 1;
      }
      ++i;
      continue;
    }
    const CodePoint point = decode_utf8(bytes.substr(i));
    if (point.length == 0 || point.value < 0xA0) {
      close();
      begin = i + 1;
      ++i;
      continue;
    }
    i += point.length;
  }
  close();
  return best;
}

std::string from_utf16(std::string_view bytes) {
  if (bytes.size() < 8) return {};
  const std::size_t units = bytes.size() / 2;
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < units * 2; ++i) zeros[i % 2] += bytes[i] == '\0' ? 1 : 0;
  const bool little = zeros[1] >= zeros[0];
  if (zeros[little ? 1 : 0] * 10 < units * 7 || zeros[little ? 0 : 1] * 10 > units) return {};
  const auto unit_at = [&](std::size_t unit) {
    const auto low = static_cast<unsigned char>(bytes[unit * 2 + (little ? 0 : 1)]);
    const auto high = static_cast<unsigned char>(bytes[unit * 2 + (little ? 1 : 0)]);
    return static_cast<char32_t>(high << 8 | low);
  };
  std::string out;
  for (std::size_t i = 0; i < units; ++i) {
    char32_t value = unit_at(i);
    if (i == 0 && value == 0xFEFF) continue;
    if (value >= 0xD800 && value < 0xDC00 && i + 1 < units) {
      const char32_t low = unit_at(i + 1);
      if (low >= 0xDC00 && low < 0xE000) {
        value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF);
        ++i;
      }
    }
    append_utf8(out, value);
  }
  return out;
}

Decoded decoded_at(const MappedText& source, Stretch where, std::string_view text,
                   Decoding decoding, bool readable) {
  TextBuilder builder(source);
  builder.replace(text, where.begin, where.end);
  return make_decoded(builder.take(), decoding, readable);
}

}  // namespace credence::normalise
