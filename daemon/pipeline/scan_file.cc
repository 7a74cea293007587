#include "daemon/pipeline/scan_file.h"

#include "config/policy/judge.h"
#include "daemon/pipeline/file_reader.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr int kReadTries = 2;

std::string_view last_part(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

void add_gap(ScanOutcome& outcome, Coverage coverage, CoverageReason reason,
             std::string_view detail, const Policy& policy) {
  Report& report = outcome.report;
  report.coverage = std::max(report.coverage, coverage);
  report.notes.push_back({coverage, reason, 0, printable(detail, 200)});
  outcome.decision = judge(report.findings, report.coverage, report.notes, policy);
}

// The outcome for a file of which nothing was seen.
ScanOutcome unreadable(const std::string& path, const Error& error, const ScanService& service) {
  const auto snapshot = service.snapshot();
  ScanOutcome outcome;
  outcome.engine = snapshot->digest;
  LayerRecord root;
  root.path = printable(last_part(path), 200);
  outcome.report.layers.push_back(std::move(root));
  add_gap(outcome, Coverage::kSkipped, CoverageReason::kUnreadable, error.message(),
          snapshot->policy);
  return outcome;
}

}  // namespace

ScanOutcome scan_file(const std::string& path, const RecordOptions& records, ScanService& service,
                      PaddedBuffer& buffer, FileIdentity& identity) {
  const std::uint64_t size_max = service.snapshot()->engine->limits().artifact_bytes_max;
  Result<FileContent> content = read_file(path, size_max, buffer);
  for (int tries = 1; tries < kReadTries && content && content->changed; ++tries) {
    content = read_file(path, size_max, buffer);
  }
  if (!content) return unreadable(path, content.error(), service);
  identity = content->identity;

  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = last_part(path);
  artifact.size = content->size;
  artifact.records = records;
  ScanOutcome outcome = service.scan(artifact);
  if (content->size > buffer.size()) {
    const auto digest = hash_file(path);
    if (!digest) return unreadable(path, digest.error(), service);
    outcome.digest = *digest;
  }
  if (content->changed) {
    add_gap(outcome, Coverage::kPartial, CoverageReason::kChanged, "written to while being read",
            service.snapshot()->policy);
  }
  return outcome;
}

}  // namespace credence
