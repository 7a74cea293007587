#include "scanners/core/digest.h"

#include "scanners/core/ascii.h"

namespace credence {
namespace {

constexpr std::string_view kPrefix = "sha256:";

constexpr std::array<std::int8_t, 256> make_hex_table() {
  std::array<std::int8_t, 256> table{};
  for (int c = 0; c < 256; ++c) {
    table[static_cast<std::size_t>(c)] = static_cast<std::int8_t>(hex_value(static_cast<char>(c)));
  }
  return table;
}

constexpr auto kHexTable = make_hex_table();

}  // namespace

std::string Digest::hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(2 * kSize, '\0');
  for (std::size_t i = 0; i < kSize; ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::optional<Digest> Digest::parse(std::string_view text) noexcept {
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (text.size() != 2 * kSize) return std::nullopt;
  Digest digest;
  int bad = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    const int high = kHexTable[static_cast<unsigned char>(text[2 * i])];
    const int low = kHexTable[static_cast<unsigned char>(text[2 * i + 1])];
    bad |= high | low;  // negative when either is not a digit
    digest.bytes[i] = static_cast<std::uint8_t>((high & 15) << 4 | (low & 15));
  }
  if (bad < 0) return std::nullopt;
  return digest;
}

}  // namespace credence
