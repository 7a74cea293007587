#pragma once

#include "scanners/core/media_kind.h"
#include "scanners/identify/sample.h"

namespace credence {

// The kind that the first bytes of a binary format prove; kZip for any zip
// container, kUnknown when they prove none.
[[nodiscard]] MediaKind identify_by_magic(const Sample& sample) noexcept;

// Whether a PDF reader would accept the bytes: "%PDF-" within the first 1024
// bytes (ISO 32000-1, annex H.3, note 13). Behind anything but white space a body
// has to follow as well: a text that mentions the marker is no PDF.
[[nodiscard]] bool looks_like_pdf(const Sample& sample) noexcept;

}  // namespace credence
