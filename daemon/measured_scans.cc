#include "daemon/measured_scans.h"

#include <chrono>

namespace credence {
namespace {

MetricId metric_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNothingFound: return MetricId::kScanNothingFound;
    case Verdict::kSuspicious: return MetricId::kScanSuspicious;
    case Verdict::kMalicious: return MetricId::kScanMalicious;
    case Verdict::kUndetermined: return MetricId::kScanUndetermined;
    case Verdict::kTrusted: return MetricId::kScanTrusted;
  }
  return MetricId::kScanUndetermined;
}

}  // namespace

ScanOutcome MeasuredScans::scan(const Artifact& artifact) {
  ScanOutcome outcome = scans_.scan(artifact);
  metrics_.add(MetricId::kScans);
  metrics_.add(MetricId::kScanBytes, artifact.bytes.size());
  metrics_.add(metric_of(outcome.decision.verdict));
  metrics_.observe(MetricId::kScanDuration, std::chrono::microseconds(outcome.elapsed_us));
  for (const CoverageNote& note : outcome.report.notes) {
    if (note.reason == CoverageReason::kWorkerCrashed ||
        note.reason == CoverageReason::kWorkerTimeout) {
      metrics_.add(MetricId::kWorkersRestarted);
    }
  }
  return outcome;
}

}  // namespace credence
