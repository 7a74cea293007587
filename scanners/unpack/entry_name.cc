#include "scanners/unpack/entry_name.h"

#include <algorithm>
#include <cstddef>

namespace credence {
namespace {

constexpr std::size_t kNameMax = 4096;

constexpr bool is_slash(char c) noexcept { return c == '/' || c == '\\'; }

constexpr bool is_odd(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 32 || byte == 127 || c == '\\';
}

// Takes the part before the next slash off `rest`.
std::string_view next_part(std::string_view& rest) noexcept {
  std::size_t end = 0;
  while (end < rest.size() && !is_slash(rest[end])) ++end;
  const std::string_view part = rest.substr(0, end);
  rest = rest.substr(std::min(end + 1, rest.size()));
  return part;
}

bool escapes(std::string_view name) noexcept {
  if (name.empty()) return false;
  const bool letter = (name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z');
  if (is_slash(name[0]) || (letter && name.size() > 2 && name[1] == ':' && is_slash(name[2]))) {
    return true;
  }
  while (!name.empty()) {
    if (next_part(name) == "..") return true;
  }
  return false;
}

}  // namespace

NameFault check_entry_name(std::string_view name) noexcept {
  // A NUL ends the name for a reader in C.
  if (escapes(name) || escapes(name.substr(0, name.find('\0')))) return NameFault::kEscapes;
  if (name.empty() || name.size() > kNameMax) return NameFault::kOdd;
  return std::any_of(name.begin(), name.end(), is_odd) ? NameFault::kOdd : NameFault::kNone;
}

std::string canonical_entry_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::string_view part = next_part(name);
    if (part.empty() || part == ".") continue;
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

}  // namespace credence
