#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credence {

// Writes safetensors files: a sound one, and with raw() any other header.
//
//   SafetensorsBuilder().tensor("a", "F32", {2, 3}).metadata("format", "pt").build();
class SafetensorsBuilder {
 public:
  // A tensor behind those before it, with as many bytes as type and shape make. `dtype` is one
  // of F64, F32, F16, U8, F4.
  SafetensorsBuilder& tensor(std::string_view name, std::string_view dtype,
                             const std::vector<std::uint64_t>& shape);
  // Both are JSON already where they need escapes.
  SafetensorsBuilder& metadata(std::string_view key, std::string_view value);

  [[nodiscard]] std::string header() const;
  [[nodiscard]] std::string build() const { return raw(header(), std::string(data_size_, '\x11')); }

  // Length, header and data as they are.
  [[nodiscard]] static std::string raw(std::string_view header, std::string_view data);
  [[nodiscard]] static std::string raw(std::string_view header, std::string_view data,
                                       std::uint64_t length);

 private:
  std::string entries_;
  std::string metadata_;
  std::uint64_t data_size_ = 0;
};

}  // namespace credence
