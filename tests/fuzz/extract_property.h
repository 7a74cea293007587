#pragma once

#include <cstdlib>
#include <string_view>

#include "tests/support/extraction.h"

namespace credence {

// Ends the process unless extracting `bytes` as `kind` gives maps, regions and
// findings that stay inside, twice the same.
inline void check_extraction(MediaKind kind, std::string_view bytes, const RecordOptions& records) {
  const Extraction first(kind, bytes, records);
  const Extraction second(kind, bytes, records);
  if (!first.ok || !first.defect().empty() || !(first == second)) std::abort();
}

}  // namespace credence
