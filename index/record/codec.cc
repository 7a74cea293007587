#include "index/record/codec.h"

#include <cstring>

namespace credence {
namespace {

constexpr int kVarintBytesMax = 10;

}  // namespace

Encoder& Encoder::byte(std::uint8_t value) {
  out_ += static_cast<char>(value);
  return *this;
}

Encoder& Encoder::fixed32(std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>((value >> shift) & 0xFF);
  return *this;
}

Encoder& Encoder::fixed64(std::uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>((value >> shift) & 0xFF);
  return *this;
}

Encoder& Encoder::varint(std::uint64_t value) {
  while (value >= 0x80) {
    out_ += static_cast<char>((value & 0x7F) | 0x80);
    value >>= 7;
  }
  out_ += static_cast<char>(value);
  return *this;
}

Encoder& Encoder::text(std::string_view value) {
  varint(value.size());
  out_ += value;
  return *this;
}

Encoder& Encoder::digest(const Digest& value) {
  out_.append(reinterpret_cast<const char*>(value.bytes.data()), Digest::kSize);
  return *this;
}

std::uint8_t Decoder::byte() noexcept { return take(reader_.little<std::uint8_t>()); }
std::uint32_t Decoder::fixed32() noexcept { return take(reader_.little<std::uint32_t>()); }
std::uint64_t Decoder::fixed64() noexcept { return take(reader_.little<std::uint64_t>()); }

std::uint64_t Decoder::varint() noexcept {
  std::uint64_t value = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    const std::uint64_t next = byte();
    if (failed_) return 0;
    const bool last = next < 0x80;
    const bool overflows = i == kVarintBytesMax - 1 && next > 1;
    const bool overlong = last && next == 0 && i > 0;
    if (overflows || overlong) break;
    value |= (next & 0x7F) << (7 * i);
    if (last) return value;
  }
  fail();
  return 0;
}

std::string_view Decoder::text() noexcept {
  const std::uint64_t size = varint();
  return take(reader_.text(size));
}

Digest Decoder::digest() noexcept {
  const auto bytes = reader_.bytes(Digest::kSize);
  Digest value;
  if (!bytes || failed_) {
    failed_ = true;
    return value;
  }
  std::memcpy(value.bytes.data(), bytes->data(), Digest::kSize);
  return value;
}

}  // namespace credence
