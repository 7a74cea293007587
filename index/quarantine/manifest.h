#pragma once

#include <string>
#include <string_view>

#include "index/quarantine/quarantine.h"
#include "scanners/core/result.h"

namespace credence {

inline constexpr std::size_t kManifestBytesMax = 1U << 20;

// A JSON object. The path is in it twice: for people, and in hexadecimal, since a
// path is bytes and JSON is text.
[[nodiscard]] std::string write_manifest(const QuarantineEntry& entry);

// kCorrupt for what write_manifest() has not written. `id` is not in it.
[[nodiscard]] Result<QuarantineEntry> read_manifest(std::string_view json);

}  // namespace credence
