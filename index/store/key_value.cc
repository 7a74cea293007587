#include "index/store/key_value.h"

namespace credence {

std::string_view to_string(Family family) noexcept {
  switch (family) {
    case Family::kMeta: return "meta";
    case Family::kVerdicts: return "verdicts";
    case Family::kUris: return "uris";
    case Family::kCallerIds: return "caller_ids";
    case Family::kChunks: return "chunks";
    case Family::kAudit: return "audit";
    case Family::kQueue: return "queue";
  }
  return "meta";
}

}  // namespace credence
