#pragma once

#include <string_view>

#include "scanners/core/offset_map.h"

namespace credence::sample {

// The only place of `text` in `bytes`. It must be there, and once.
[[nodiscard]] ByteSpan place_of(std::string_view bytes, std::string_view text);

// The packed bytes of member `name` of a ZIP archive, found by its local header.
[[nodiscard]] ByteSpan zip_member(std::string_view bytes, std::string_view name);

// The name of member `name` in the central directory of a ZIP archive.
[[nodiscard]] ByteSpan zip_directory_name(std::string_view bytes, std::string_view name);

}  // namespace credence::sample
