#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

enum class NameFault : std::uint8_t {
  kNone,
  kEscapes,  // absolute, with a drive, or with a ".." part: leaves the folder it is put in
  kOdd,      // empty, over 4096 bytes, or with NUL, control characters or backslashes
};

// What is wrong with the name of an archive's entry. Both kinds of slash part it,
// as both do on some system.
[[nodiscard]] NameFault check_entry_name(std::string_view name) noexcept;

// The name by which two entries are the same file: without "./" and doubled or
// closing slashes.
[[nodiscard]] std::string canonical_entry_name(std::string_view name);

}  // namespace credence
