#pragma once

#include "scanners/core/media_kind.h"
#include "scanners/identify/file_name.h"
#include "scanners/identify/sample.h"

namespace credence {

// Which text format the bytes are; kText when no other, kUnknown when they are no
// text. Structure decides; the hint decides between formats that any text could
// be.
[[nodiscard]] MediaKind identify_text(const Sample& sample, NameHint hint) noexcept;

}  // namespace credence
