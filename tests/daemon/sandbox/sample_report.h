#pragma once

#include "scanners/core/report.h"

namespace credence {

// A report in which every field differs from its default.
[[nodiscard]] inline Report sample_report() {
  Report report;
  report.kind = MediaKind::kGzip;
  report.size = 1000;
  report.coverage = Coverage::kPartial;
  report.wants_sandbox = true;
  report.notes.push_back({Coverage::kPartial, CoverageReason::kMalformed, 1, "cut"});
  report.layers.push_back({0, 0, 0, Derivation::kArtifact, MediaKind::kGzip, 1000, "a.tar.gz"});
  report.layers.push_back({1, 0, 1, Derivation::kDecompressed, MediaKind::kText, 50, "a.tar"});
  Finding finding = Finding::of(FindingCode::kToolHijack, 1, {40, 10}, 0.75F);
  finding.channel = Channel::kHidden;
  finding.decoding = Decoding::kBase64;
  finding.evidence = "évidence";
  finding.rule = "tool-hijack";
  finding.locator = "row 1";
  finding.record_id = "id\n1";
  finding.atlas = "AML.T0051.001";
  finding.owasp = "LLM01:2025";
  finding.stride = "TE";
  report.findings.push_back(finding);
  report.findings.push_back(Finding::of(FindingCode::kMalformed, 0, {1000, 0}, 1));
  ChunkRecord chunk;
  chunk.digest.bytes[31] = 7;
  chunk.record_id = "id\n1";
  chunk.locator = "row 1";
  chunk.layer = 1;
  chunk.findings = {1, 0};
  chunk.gaps.add(CoverageReason::kDeadline);
  report.chunks.push_back(chunk);
  return report;
}

}  // namespace credence
