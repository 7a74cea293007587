#pragma once

#include "scanners/core/digest.h"

namespace credence {

// Reads 64 hexadecimal digits of either case at `digits`, all of which can be read,
// into `out`. False when one of them is no digit; `out` is then unspecified. Does the
// work of Digest::parse sixteen digits at a time.
[[nodiscard]] bool parse_hex_digest(const char* digits, Digest& out) noexcept;

}  // namespace credence
