#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// Appends little-endian numbers and strings behind their length: what ByteReader
// reads on the other side of a worker's socket.
class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}

  template <std::unsigned_integral T>
  ByteWriter& number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFF);
    }
    return *this;
  }

  // The first `size_max` bytes of `text` behind their 32-bit length.
  ByteWriter& text(std::string_view text, std::size_t size_max) {
    text = text.substr(0, size_max);
    number(static_cast<std::uint32_t>(text.size()));
    out_ += text;
    return *this;
  }

 private:
  std::string& out_;
};

}  // namespace credence
