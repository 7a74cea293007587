#include "scanners/engine/report_builder.h"

#include <algorithm>
#include <utility>

#include "scanners/core/utf8.h"

namespace credence {

void ReportBuilder::add(Finding finding) {
  if (report_.findings.size() > findings_max_) return;
  if (report_.findings.size() == findings_max_) {
    finding = Finding::of(FindingCode::kMatchStorm, finding.layer, finding.span, 0.5F);
    finding.rule = "engine";
    finding.evidence = "further findings are not listed";
  }
  report_.findings.push_back(std::move(finding));
}

// Coverage is `skipped` only where nothing of the artifact itself was examined.
void ReportBuilder::lower_coverage(Coverage coverage, CoverageReason reason, LayerId layer,
                                   std::string_view detail) {
  if (coverage == Coverage::kComplete) return;
  const bool whole = coverage == Coverage::kSkipped && layer == 0;
  report_.coverage = std::max(report_.coverage, whole ? Coverage::kSkipped : Coverage::kPartial);
  const auto same = [&](const CoverageNote& note) {
    return note.reason == reason && (note.layer == layer || report_.notes.size() >= kNotesMax);
  };
  // Past the cap, one note of each reason still gets in: policy looks at every reason.
  if (std::any_of(report_.notes.begin(), report_.notes.end(), same)) return;
  report_.notes.push_back({coverage, reason, layer, printable(detail, 200)});
}

void ReportBuilder::request_decoding(Decoding decoding, ByteSpan span) {
  if (requests_.size() >= kRequestsMax) return;
  for (const DecodingRequest& request : requests_) {
    if (request.decoding == decoding && request.span == span) return;
  }
  requests_.push_back({decoding, span});
}

std::vector<ReportBuilder::DecodingRequest> ReportBuilder::take_requests() {
  return std::exchange(requests_, {});
}

}  // namespace credence
