#pragma once

#include <cstdint>
#include <string_view>

#include "scanners/core/result.h"
#include "tests/support/extraction.h"

namespace credence {

// What must hold for any bytes: the extractor does not fail, every span lies inside
// the layer, texts are valid chunks, a second run agrees with the first.
inline void check_extraction(MediaKind kind, const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Small limits: the ways to them are what is looked for, not the work below them.
  Limits limits;
  limits.layer_bytes_max = 1 << 20;
  limits.expanded_bytes_max = 4 << 20;
  limits.ratio_grace_bytes = 1 << 16;
  const Extraction first(kind, bytes, {}, limits);
  CREDENCE_CHECK(first.ok);
  CREDENCE_CHECK(first.spans_inside());
  for (const auto& piece : first.pieces) CREDENCE_CHECK(!piece.text.empty());
  for (const auto& finding : first.findings) {
    CREDENCE_CHECK(finding.evidence.size() <= Finding::kEvidenceMax);
    CREDENCE_CHECK(!finding.rule.empty());
  }
  if (first.lowered(CoverageReason::kDeadline)) return;
  const Extraction second(kind, bytes, {}, limits);
  if (second.lowered(CoverageReason::kDeadline)) return;
  CREDENCE_CHECK(first == second);
}

}  // namespace credence
