#pragma once

#include <cstdint>
#include <string_view>

#include "scanners/core/result.h"
#include "scanners/extract/extractor.h"
#include "tests/support/extract_recorder.h"

namespace credence {

// What must hold for any bytes: the extractor does not fail, every span lies inside
// the layer, texts are valid chunks, a second run agrees with the first.
inline void check_extraction(const Extractor& extractor, MediaKind kind, const std::uint8_t* data,
                             std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // Small limits: the ways to them are what is looked for, not the work below them.
  Limits limits;
  limits.layer_bytes_max = 1 << 20;
  limits.expanded_bytes_max = 4 << 20;
  limits.ratio_grace_bytes = 1 << 16;
  const Extraction first = extract_all(extractor, kind, bytes, limits);
  CREDENCE_CHECK(!first.failed);
  CREDENCE_CHECK(first.spans_inside(size));
  for (const auto& text : first.texts) CREDENCE_CHECK(!text.text.empty());
  for (const auto& finding : first.findings) {
    CREDENCE_CHECK(finding.evidence.size() <= Finding::kEvidenceMax);
    CREDENCE_CHECK(!finding.rule.empty());
  }
  if (first.lowered(CoverageReason::kDeadline)) return;
  const Extraction second = extract_all(extractor, kind, bytes, limits);
  if (second.lowered(CoverageReason::kDeadline)) return;
  CREDENCE_CHECK(first.texts == second.texts);
  CREDENCE_CHECK(first.embeddings == second.embeddings);
  CREDENCE_CHECK(first.gaps == second.gaps);
  CREDENCE_CHECK(first.findings.size() == second.findings.size());
}

}  // namespace credence
