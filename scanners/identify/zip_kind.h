#pragma once

#include "scanners/core/media_kind.h"
#include "scanners/identify/sample.h"

namespace credence {

// What a zip container holds, by the names of its entries: an office document, an
// e-book, or kZip. The central directory decides, as it does for readers; the
// local headers are asked when it is out of sight.
[[nodiscard]] MediaKind identify_zip(const Sample& sample) noexcept;

// Whether the bytes end as a zip does whose central directory stands where its
// end record says, whatever they begin with.
[[nodiscard]] bool ends_as_zip(const Sample& sample) noexcept;

}  // namespace credence
