#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// Writes a ZIP archive, well-formed or wrong in a chosen way.
class ZipBuilder {
 public:
  struct Member {
    bool deflate = true;
    std::string_view local_name = {};  // in the local header; the same when empty
    bool encrypted = false;            // sets the flag; the bytes stay plain
    std::uint16_t method = 0xFFFF;     // overrides what the headers say of the packing
  };

  ZipBuilder& add(std::string_view name, std::string_view bytes, const Member& member);
  ZipBuilder& add(std::string_view name, std::string_view bytes) { return add(name, bytes, {}); }

  // Adds a directory entry that names the bytes of the last member again.
  ZipBuilder& alias(std::string_view name);

  [[nodiscard]] std::string build() const;

 private:
  struct Header {
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t crc = 0;
    std::uint32_t packed_size = 0;
    std::uint32_t size = 0;
  };
  void add_entry(std::string_view name);

  std::string members_;
  std::string directory_;
  std::uint16_t count_ = 0;
  Header last_;
  std::uint32_t last_offset_ = 0;
};

}  // namespace credence
