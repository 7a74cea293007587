#include "tests/support/safetensors_builder.h"

namespace credence {
namespace {

std::uint64_t bits_of(std::string_view dtype) {
  return dtype == "F64" ? 64 : dtype == "F32" ? 32 : dtype == "F16" ? 16 : dtype == "U8" ? 8 : 4;
}

void append_entry(std::string& out, std::string_view key, std::string_view value) {
  if (!out.empty()) out += ',';
  out.append("\"").append(key).append("\":").append(value);
}

}  // namespace

SafetensorsBuilder& SafetensorsBuilder::tensor(std::string_view name, std::string_view dtype,
                                               const std::vector<std::uint64_t>& shape) {
  std::uint64_t bits = bits_of(dtype);
  std::string dimensions;
  for (const std::uint64_t dimension : shape) {
    bits *= dimension;
    if (!dimensions.empty()) dimensions += ',';
    dimensions += std::to_string(dimension);
  }
  const std::uint64_t begin = data_size_;
  data_size_ += bits / 8;
  append_entry(entries_, name,
               "{\"dtype\":\"" + std::string(dtype) + "\",\"shape\":[" + dimensions +
                   "],\"data_offsets\":[" + std::to_string(begin) + "," +
                   std::to_string(data_size_) + "]}");
  return *this;
}

SafetensorsBuilder& SafetensorsBuilder::metadata(std::string_view key, std::string_view value) {
  append_entry(metadata_, key, "\"" + std::string(value) + "\"");
  return *this;
}

std::string SafetensorsBuilder::header() const {
  std::string out = entries_;
  if (!metadata_.empty()) append_entry(out, "__metadata__", "{" + metadata_ + "}");
  out = "{" + out + "}";
  out.append((8 - out.size() % 8) % 8, ' ');
  return out;
}

std::string SafetensorsBuilder::raw(std::string_view header, std::string_view data) {
  return raw(header, data, header.size());
}

std::string SafetensorsBuilder::raw(std::string_view header, std::string_view data,
                                    std::uint64_t length) {
  std::string out;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(length >> (8 * i) & 0xFF);
  return out.append(header).append(data);
}

}  // namespace credence
