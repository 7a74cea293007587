#pragma once

#include <string>

#include "index/record/verdict_record.h"
#include "scanners/core/digest.h"

namespace credence {

// Bodies of GET /v1/verdicts/{digest}; `engine` is today's.
[[nodiscard]] std::string verdict_json(const VerdictRecord& record, const Digest& engine);
[[nodiscard]] std::string verdict_json(const ChunkVerdict& record, const Digest& engine);

}  // namespace credence
