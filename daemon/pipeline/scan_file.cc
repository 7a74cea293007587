#include "daemon/pipeline/scan_file.h"

#include "config/policy/judge.h"
#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"
#include "scanners/core/utf8.h"

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

// Scans what was read into `buffer`. `file_digest` is asked where that is not all.
template <typename DigestOfFile>
ScanOutcome scan_content(const FileContent& content, std::string_view name,
                         const RecordOptions& records, ScanService& service,
                         const PaddedBuffer& buffer, DigestOfFile file_digest) {
  Artifact artifact;
  artifact.bytes = buffer.view();
  artifact.name = name;
  artifact.size = content.size;
  artifact.records = records;
  ScanOutcome outcome = service.scan(artifact);
  if (content.size > buffer.size()) {
    const Result<Digest> digest = file_digest();
    if (!digest) return unreadable(name, digest.error(), service);
    outcome.digest = *digest;
  }
  if (content.changed) note_change(outcome, service);
  return outcome;
}

std::uint64_t size_max(const ScanService& service) {
  return service.snapshot()->engine->limits().artifact_bytes_max;
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
  const std::uint64_t most = size_max(service);
  Result<FileContent> content = read_file(path, most, buffer);
  for (int tries = 1; tries < kReadTries && content && content->changed; ++tries) {
    content = read_file(path, most, buffer);
  }
  if (!content) return unreadable(name, content.error(), service);
  identity = content->identity;
  return scan_content(*content, name, records, service, buffer, [&] { return hash_file(path); });
}

ScanOutcome scan_open_file(const InputFile& file, std::string_view name,
                           const RecordOptions& records, ScanService& service,
                           PaddedBuffer& buffer) {
  const auto content = read_file(file, size_max(service), buffer);
  if (!content) return unreadable(name, content.error(), service);
  return scan_content(*content, name, records, service, buffer, [&] { return file.digest(); });
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
