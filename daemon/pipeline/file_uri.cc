#include "daemon/pipeline/file_uri.h"

#include <filesystem>
#include <system_error>

#include "scanners/core/ascii.h"

namespace credence {
namespace {

constexpr std::string_view kScheme = "file://";

constexpr bool is_plain(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
         c == '-' || c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string file_uri(std::string_view path) {
  std::error_code ignored;
  const std::string absolute =
      std::filesystem::absolute(std::filesystem::path(path), ignored).lexically_normal().string();
  std::string uri(kScheme);
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const char c : absolute) {
    if (is_plain(c)) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += '%';
    uri += kDigits[byte >> 4];
    uri += kDigits[byte & 15];
  }
  return uri;
}

std::optional<std::string> path_of_file_uri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  if (!uri.starts_with('/')) return std::nullopt;
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      path += uri[i];
      continue;
    }
    if (i + 2 >= uri.size()) return std::nullopt;
    const int high = hex_value(uri[i + 1]);
    const int low = hex_value(uri[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char c = static_cast<char>(high << 4 | low);
    if (c == '\0') return std::nullopt;
    path += c;
    i += 2;
  }
  return path;
}

}  // namespace credence
