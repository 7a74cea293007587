#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace credence {

// A SHA-256 value. Text form: 64 lower-case hexadecimal digits, in external
// formats behind "sha256:". Compared and stored whole, never by a prefix.
struct Digest {
  static constexpr std::size_t kSize = 32;

  std::array<std::uint8_t, kSize> bytes{};

  auto operator<=>(const Digest&) const = default;

  [[nodiscard]] std::string hex() const;
  // "sha256:" + hex().
  [[nodiscard]] std::string uri() const { return "sha256:" + hex(); }

  // Accepts 64 hexadecimal digits of either case, with or without "sha256:".
  [[nodiscard]] static std::optional<Digest> parse(std::string_view text) noexcept;
};

// SHA-256 of `bytes`. Handed to rooms that need digests but may not know a
// cryptographic library (provenance/crypto supplies it). Thread-safe.
using DigestFunction = Digest (*)(std::span<const std::byte> bytes);

}  // namespace credence

template <>
struct std::hash<credence::Digest> {
  std::size_t operator()(const credence::Digest& digest) const noexcept {
    std::size_t value;
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};
