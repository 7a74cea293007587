#pragma once

#include <string>
#include <string_view>

namespace credence {

// Writes a tar archive of regular files (POSIX.1-1988 ustar). Times and owners are zero, so
// that the same files give the same bytes.
class TarBuilder {
 public:
  TarBuilder& add(std::string_view name, std::string_view bytes);  // name: at most 100 bytes
  [[nodiscard]] std::string build() const;

 private:
  std::string entries_;
};

// `bytes` as a gzip file (RFC 1952) without a name or a time.
[[nodiscard]] std::string gzip(std::string_view bytes);

}  // namespace credence
