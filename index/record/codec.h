#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scanners/core/byte_reader.h"
#include "scanners/core/digest.h"

// The primitives of stored encodings. Integers are little-endian; varints are
// unsigned LEB128 in their shortest form, so that equal values have equal bytes.
namespace credence {

// Appends to a string.
class Encoder {
 public:
  explicit Encoder(std::uint8_t version) { byte(version); }

  Encoder& byte(std::uint8_t value);
  Encoder& fixed32(std::uint32_t value);
  Encoder& fixed64(std::uint64_t value);
  Encoder& varint(std::uint64_t value);
  Encoder& text(std::string_view value);  // varint length, bytes
  Encoder& digest(const Digest& value);

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

// Reads what an Encoder wrote. The first read that cannot be made marks the
// decoder as failed; from then on reads give zero and empty values, so that a
// record is read in one go and checked once with finished().
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) noexcept : reader_(bytes) {}

  std::uint8_t byte() noexcept;
  std::uint32_t fixed32() noexcept;
  std::uint64_t fixed64() noexcept;
  std::uint64_t varint() noexcept;
  std::string_view text() noexcept;  // borrowed
  Digest digest() noexcept;

  // Marks the decoder as failed: a value was read that cannot have been written.
  void fail() noexcept { failed_ = true; }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  // Everything was read and nothing failed.
  [[nodiscard]] bool finished() const noexcept { return !failed_ && reader_.at_end(); }
  [[nodiscard]] std::size_t remaining() const noexcept { return reader_.remaining(); }

 private:
  template <typename T>
  T take(std::optional<T> value) noexcept {
    if (!value || failed_) {
      failed_ = true;
      return T{};
    }
    return *value;
  }

  ByteReader reader_;
  bool failed_ = false;
};

}  // namespace credence
