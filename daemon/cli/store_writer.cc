#include "daemon/cli/store_writer.h"

#include <utility>

#include "config/policy/judge.h"
#include "index/store/rocksdb_store.h"
#include "provenance/crypto/sha256.h"

namespace credence::cli {

StoreWriter::StoreWriter(std::unique_ptr<VerdictStore> store, const Policy& policy)
    : store_(std::move(store)), policy_(policy) {}

Result<std::unique_ptr<StoreWriter>> StoreWriter::open(const std::string& directory,
                                                       const Policy& policy) {
  RocksDbOptions options;
  options.path = directory;
  options.digest = sha256;
  auto store = open_rocksdb_store(options);
  if (!store) return std::move(store).error();
  return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(*store), policy));
}

Result<void> StoreWriter::add(const ScannedFile& file) {
  if (file.outcome.digest == Digest{}) return {};  // it could not be read
  ArtifactCommit commit = to_commit(file.outcome, "credence");
  if (!file.first || !file.last) commit.verdict = merge(file);
  if (file.last && file.path != kStandardInput) {
    commit.uri = file.uri();
    commit.identity = file.identity;
  }
  pending_chunks_ += commit.chunks.size();
  pending_.push_back(std::move(commit));
  return pending_.size() < kCommits && pending_chunks_ < kChunks ? Result<void>() : flush();
}

Result<void> StoreWriter::flush() {
  auto kept = store_->commit(pending_);
  if (kept) {
    pending_.clear();
    pending_chunks_ = 0;
  }
  return kept;
}

VerdictRecord StoreWriter::merge(const ScannedFile& file) {
  const Report& block = file.outcome.report;
  if (file.first) {
    blocks_ = std::make_unique<Blocks>();
    blocks_->report.kind = block.kind;
    blocks_->report.layers = block.layers;
  }
  Report& whole = blocks_->report;
  whole.size += block.size;
  for (const Finding& finding : block.findings) blocks_->builder.add(finding);
  for (const CoverageNote& note : block.notes) {
    blocks_->builder.lower_coverage(note.coverage, note.reason, note.layer, note.detail);
  }
  ScanOutcome so_far;
  so_far.digest = file.outcome.digest;
  so_far.engine = file.outcome.engine;
  so_far.scanned_at_ms = file.outcome.scanned_at_ms;
  so_far.report = whole;
  if (file.last) {
    blocks_.reset();
  } else {
    ReportBuilder(so_far.report, kFindingsKept)
        .lower_coverage(Coverage::kPartial, CoverageReason::kSizeLimit, 0,
                        "the scan has not come to its end");
  }
  so_far.decision =
      judge(so_far.report.findings, so_far.report.coverage, so_far.report.notes, policy_);
  return to_commit(so_far, {}).verdict;
}

}  // namespace credence::cli
