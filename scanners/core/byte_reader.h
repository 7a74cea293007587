#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace credence {

// Reads untrusted binary data: the only way to do so. Every read is checked
// against the end and gives nullopt past it, leaving the position unchanged.
// Borrows the bytes.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}
  explicit ByteReader(std::string_view text) noexcept
      : bytes_(std::as_bytes(std::span(text.data(), text.size()))) {}

  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::size_t remaining() const noexcept { return bytes_.size() - position_; }
  [[nodiscard]] bool at_end() const noexcept { return remaining() == 0; }

  // False, and no move, when `position` lies past the end.
  [[nodiscard]] bool seek(std::uint64_t position) noexcept {
    if (position > bytes_.size()) return false;
    position_ = static_cast<std::size_t>(position);
    return true;
  }
  [[nodiscard]] bool skip(std::uint64_t count) noexcept {
    if (count > remaining()) return false;
    position_ += static_cast<std::size_t>(count);
    return true;
  }

  template <std::unsigned_integral T>
  [[nodiscard]] std::optional<T> little() noexcept {
    return read<T, std::endian::little>();
  }
  template <std::unsigned_integral T>
  [[nodiscard]] std::optional<T> big() noexcept {
    return read<T, std::endian::big>();
  }

  // The next `count` bytes, borrowed.
  [[nodiscard]] std::optional<std::span<const std::byte>> bytes(std::uint64_t count) noexcept {
    if (count > remaining()) return std::nullopt;
    const auto out = bytes_.subspan(position_, static_cast<std::size_t>(count));
    position_ += out.size();
    return out;
  }
  [[nodiscard]] std::optional<std::string_view> text(std::uint64_t count) noexcept {
    const auto out = bytes(count);
    if (!out) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(out->data()), out->size());
  }

  // Whether the bytes at the position are `expected`; does not move.
  [[nodiscard]] bool starts_with(std::string_view expected) const noexcept {
    return expected.size() <= remaining() &&
           std::memcmp(bytes_.data() + position_, expected.data(), expected.size()) == 0;
  }

 private:
  template <std::unsigned_integral T, std::endian kOrder>
  [[nodiscard]] std::optional<T> read() noexcept {
    if (sizeof(T) > remaining()) return std::nullopt;
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const std::size_t at = kOrder == std::endian::little ? sizeof(T) - 1 - i : i;
      value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) |
                             std::to_integer<std::uint64_t>(bytes_[position_ + at]));
    }
    position_ += sizeof(T);
    return value;
  }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
};

}  // namespace credence
