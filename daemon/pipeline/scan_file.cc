#include "daemon/pipeline/scan_file.h"

#include <algorithm>

#include "config/policy/judge.h"
#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"
#include "scanners/core/utf8.h"
#include "scanners/identify/identify.h"

namespace credence {
namespace {

constexpr int kReadTries = 2;

void add_gap(ScanOutcome& outcome, Coverage coverage, CoverageReason reason,
             std::string_view detail, const Policy& policy) {
  Report& report = outcome.report;
  report.coverage = std::max(report.coverage, coverage);
  report.notes.push_back({coverage, reason, 0, printable(detail, 200)});
  outcome.decision = judge(report.findings, report.coverage, report.notes, policy);
}

// The outcome for a file of which nothing was seen.
ScanOutcome unreadable(std::string_view name, const Error& error, const ScanService& service) {
  const auto snapshot = service.snapshot();
  ScanOutcome outcome;
  outcome.engine = snapshot->digest;
  LayerRecord root;
  root.path = printable(name, 200);
  outcome.report.layers.push_back(std::move(root));
  add_gap(outcome, Coverage::kSkipped, CoverageReason::kUnreadable, error.message(),
          snapshot->policy);
  return outcome;
}

void note_change(ScanOutcome& outcome, const ScanService& service) {
  add_gap(outcome, Coverage::kPartial, CoverageReason::kChanged,
          "written to while being read, or not of the size it says", service.snapshot()->policy);
}

// Scans what was read into `buffer`. The digest is that of the bytes.
ScanOutcome scan_content(const FileContent& content, std::string_view name,
                         const RecordOptions& records, ScanService& service,
                         const PaddedBuffer& buffer) {
  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = name;
  artifact.size = content.size;
  artifact.records = records;
  return service.scan(artifact);
}

bool lacks_bytes(const ScanOutcome& outcome) {
  const auto& notes = outcome.report.notes;
  return std::any_of(notes.begin(), notes.end(), [](const CoverageNote& note) {
    return note.layer == 0 && note.reason == CoverageReason::kSizeLimit;
  });
}

// How much of a file is read first. Of kinds that are judged by their beginning, and may
// be larger than memory, no more is read than is asked for.
constexpr std::uint64_t kHeadBytes = 4ULL << 20;
constexpr std::uint64_t kHeadGrowth = 4;

// What a scan of an open file gave.
struct OpenScan {
  ScanOutcome outcome;
  bool changed = false;  // the file, meanwhile
};

OpenScan scan_opened(const InputFile& file, std::string_view name, const RecordOptions& records,
                     ScanService& service, PaddedBuffer& buffer) {
  const auto snapshot = service.snapshot();
  const std::uint64_t most = snapshot->engine->limits().artifact_bytes_max;
  std::uint64_t wanted = std::min(most, kHeadBytes);
  while (true) {
    const auto content = read_file(file, wanted, buffer);
    if (!content) return {unreadable(name, content.error(), service)};
    const bool more = content->size > wanted && wanted < most;
    if (more && snapshot->engine->needs_whole(identify(buffer.view(), name).kind)) {
      wanted = most;
      continue;
    }
    OpenScan scan{scan_content(*content, name, records, service, buffer), content->changed};
    if (more && lacks_bytes(scan.outcome)) {
      wanted = std::min(most, wanted * kHeadGrowth);
      continue;
    }
    if (content->size <= buffer.size()) return scan;
    const auto digest = file.digest();
    if (!digest) return {unreadable(name, digest.error(), service)};
    scan.outcome.digest = *digest;
    return scan;
  }
}

// From offsets in a block behind its header to offsets in the file.
void move_spans(Report& report, std::uint64_t header_size, std::uint64_t begin) {
  for (Finding& finding : report.findings) {
    if (finding.layer != 0 || finding.span.offset < header_size) continue;
    finding.span.offset = finding.span.offset - header_size + begin;
  }
}

}  // namespace

ScanOutcome scan_file(const std::string& path, const RecordOptions& records, ScanService& service,
                      PaddedBuffer& buffer, FileIdentity& identity) {
  const std::string_view name = last_part(path);
  for (int tries = 1;; ++tries) {
    buffer.clear();
    const auto file = InputFile::open(path);
    if (!file) return unreadable(name, file.error(), service);
    identity = file->identity();
    OpenScan scan = scan_opened(*file, name, records, service, buffer);
    if (scan.changed && tries < kReadTries) continue;
    if (scan.changed) note_change(scan.outcome, service);
    return std::move(scan.outcome);
  }
}

ScanOutcome scan_open_file(const InputFile& file, std::string_view name,
                           const RecordOptions& records, ScanService& service,
                           PaddedBuffer& buffer) {
  OpenScan scan = scan_opened(file, name, records, service, buffer);
  if (scan.changed) note_change(scan.outcome, service);
  return std::move(scan.outcome);
}

ScanOutcome scan_block(const InputFile& file, std::string_view name, const RecordBlocks& blocks,
                       const RecordBlocks::Block& block, const RecordOptions& records,
                       ScanService& service, PaddedBuffer& buffer) {
  if (auto r = blocks.read(file, block, buffer); !r) return unreadable(name, r.error(), service);
  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = name;
  artifact.records = records;
  artifact.records.rows_before = block.rows_before;
  artifact.kind = blocks.kind();
  ScanOutcome outcome = service.scan(artifact);
  outcome.digest = blocks.digest();
  outcome.report.size = block.end - block.begin;
  move_spans(outcome.report, blocks.header_size(block), block.begin);
  outcome.report.layers.front().size = file.identity().size;
  const auto changed = file.changed();
  if (!changed || *changed || buffer.size() < outcome.report.size) note_change(outcome, service);
  return outcome;
}

}  // namespace credence
