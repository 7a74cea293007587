#include "tests/support/gguf_builder.h"

namespace credence {
namespace {

void pad(std::string& bytes, std::uint64_t alignment) {
  while (bytes.size() % alignment != 0) bytes += '\0';
}

}  // namespace

GgufBuilder& GgufBuilder::pair(std::string_view key, std::uint32_t type, std::string_view value) {
  pairs_ += string(key) + u32(type) + std::string(value);
  ++pair_count_;
  return *this;
}

GgufBuilder& GgufBuilder::tensor(std::string_view name,
                                 const std::vector<std::uint64_t>& dimensions, std::uint32_t type,
                                 std::uint64_t size) {
  pad(data_, alignment_);
  tensor_at(name, dimensions, type, data_.size());
  data_.append(size, '\x22');
  return *this;
}

GgufBuilder& GgufBuilder::tensor_at(std::string_view name,
                                    const std::vector<std::uint64_t>& dimensions,
                                    std::uint32_t type, std::uint64_t offset) {
  tensors_ += string(name) + u32(dimensions.size());
  for (const std::uint64_t dimension : dimensions) tensors_ += length(dimension);
  tensors_ += u32(type) + u64(offset);
  ++tensor_count_;
  return *this;
}

GgufBuilder& GgufBuilder::counts(std::uint64_t tensors, std::uint64_t pairs) {
  tensor_count_ = tensors;
  pair_count_ = pairs;
  return *this;
}

GgufBuilder& GgufBuilder::alignment(std::uint64_t bytes) {
  alignment_ = bytes;
  return *this;
}

GgufBuilder& GgufBuilder::data(std::string_view bytes) {
  data_ += bytes;
  return *this;
}

std::string GgufBuilder::header() const {
  std::string out = "GGUF" + u32(version_) + length(tensor_count_) + length(pair_count_);
  out += pairs_ + tensors_;
  pad(out, alignment_);
  return out;
}

std::string GgufBuilder::build() const {
  std::string out = header() + data_;
  pad(out, alignment_);
  return out;
}

std::string GgufBuilder::integer(std::uint64_t value, int bytes) const {
  std::string out;
  for (int i = 0; i < bytes; ++i) {
    const int shift = 8 * (big_endian_ ? bytes - 1 - i : i);
    out += static_cast<char>(value >> shift & 0xFF);
  }
  return out;
}

}  // namespace credence
