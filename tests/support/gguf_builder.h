#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credence {

// Writes GGUF files of any version and byte order; what is written is what is asked for, sound
// or not.
//
//   GgufBuilder().text("general.architecture", "llama").tensor("a", {8}, 0, 32).build();
class GgufBuilder {
 public:
  enum Type : std::uint32_t { kUint8, kUint32 = 4, kFloat32 = 6, kBool, kString, kArray, kUint64 };

  explicit GgufBuilder(std::uint32_t version = 3, bool big_endian = false)
      : version_(version), big_endian_(big_endian) {}

  // A pair; `value` is in the file's form already.
  GgufBuilder& pair(std::string_view key, std::uint32_t type, std::string_view value);
  GgufBuilder& text(std::string_view key, std::string_view value) {
    return pair(key, kString, string(value));
  }
  GgufBuilder& number(std::string_view key, std::uint32_t value) {
    return pair(key, kUint32, u32(value));
  }
  // An array; `elements` are in the file's form already.
  GgufBuilder& array(std::string_view key, std::uint32_t type, std::uint64_t count,
                     std::string_view elements) {
    return pair(key, kArray, u32(type) + length(count) + std::string(elements));
  }

  // A tensor behind those before it, with `size` bytes.
  GgufBuilder& tensor(std::string_view name, const std::vector<std::uint64_t>& dimensions,
                      std::uint32_t type, std::uint64_t size);
  // The same with an offset of its own and no bytes.
  GgufBuilder& tensor_at(std::string_view name, const std::vector<std::uint64_t>& dimensions,
                         std::uint32_t type, std::uint64_t offset);

  // Instead of the true counts.
  GgufBuilder& counts(std::uint64_t tensors, std::uint64_t pairs);
  // Tensors begin at multiples of it; 32 unless told.
  GgufBuilder& alignment(std::uint64_t bytes);
  // Bytes behind the last tensor.
  GgufBuilder& data(std::string_view bytes);

  [[nodiscard]] std::string build() const;
  // Without the tensors, up to where they begin.
  [[nodiscard]] std::string header() const;

  // Numbers and strings in the file's form.
  [[nodiscard]] std::string u32(std::uint64_t value) const { return integer(value, 4); }
  [[nodiscard]] std::string u64(std::uint64_t value) const { return integer(value, 8); }
  [[nodiscard]] std::string length(std::uint64_t value) const {
    return integer(value, version_ == 1 ? 4 : 8);
  }
  [[nodiscard]] std::string string(std::string_view text) const {
    return length(text.size()) + std::string(text);
  }

 private:
  [[nodiscard]] std::string integer(std::uint64_t value, int bytes) const;

  std::uint32_t version_;
  bool big_endian_;
  std::uint64_t alignment_ = 32;
  std::uint64_t tensor_count_ = 0;
  std::uint64_t pair_count_ = 0;
  std::string pairs_;
  std::string tensors_;
  std::string data_;
};

}  // namespace credence
