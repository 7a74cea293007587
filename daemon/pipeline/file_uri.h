#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace credence {

// "file:///srv/a%20b.md" for a path (RFC 8089; made absolute against the working
// folder and cleaned of "." and ".." by text alone). Bytes outside the unreserved set
// and "/" are percent-encoded, so that one file has one spelling.
[[nodiscard]] std::string file_uri(std::string_view path);

// What stands behind the last "/" of a path or URI; all of it where there is none.
[[nodiscard]] constexpr std::string_view last_part(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

// The absolute path of a file URI; nullopt for any other URI or a bad escape.
[[nodiscard]] std::optional<std::string> path_of_file_uri(std::string_view uri);

}  // namespace credence
