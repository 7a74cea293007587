#include "tests/corpus/sample/place.h"

#include <string>

#include "scanners/core/result.h"

namespace credence::sample {
namespace {

// PKWARE APPNOTE 6.3.10, section 4.3.
constexpr std::string_view kLocalHeader = "PK\x03\x04";
constexpr std::string_view kDirectoryHeader = "PK\x01\x02";
constexpr std::size_t kLocalHeaderSize = 30;
constexpr std::size_t kDirectoryHeaderSize = 46;
constexpr std::size_t kPackedSizeAt = 18;

std::uint64_t little_endian32(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Where the header begins that has `signature` and is followed by `name`.
std::size_t header_of(std::string_view bytes, std::string_view signature, std::size_t size,
                      std::string_view name) {
  std::size_t at = bytes.find(signature);
  while (at != std::string_view::npos && bytes.substr(at + size, name.size()) != name) {
    at = bytes.find(signature, at + 1);
  }
  CREDENCE_CHECK(at != std::string_view::npos);
  return at;
}

}  // namespace

ByteSpan place_of(std::string_view bytes, std::string_view text) {
  const std::size_t at = bytes.find(text);
  CREDENCE_CHECK(at != std::string_view::npos);
  CREDENCE_CHECK(bytes.find(text, at + 1) == std::string_view::npos);
  return {at, text.size()};
}

ByteSpan zip_member(std::string_view bytes, std::string_view name) {
  const std::size_t header = header_of(bytes, kLocalHeader, kLocalHeaderSize, name);
  return {header + kLocalHeaderSize + name.size(),
          little_endian32(bytes.substr(header + kPackedSizeAt, 4))};
}

ByteSpan zip_directory_name(std::string_view bytes, std::string_view name) {
  return {header_of(bytes, kDirectoryHeader, kDirectoryHeaderSize, name) + kDirectoryHeaderSize,
          name.size()};
}

}  // namespace credence::sample
