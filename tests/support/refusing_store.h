#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "index/store/verdict_store.h"

namespace credence {

// A store whose disk is full while `full` is set: writes are refused, reads are not.
class RefusingStore final : public VerdictStore {
 public:
  explicit RefusingStore(std::unique_ptr<VerdictStore> store) : store_(std::move(store)) {}

  std::atomic<bool> full{false};
  // Commits with a larger report are refused whenever they come, with kInvalidArgument.
  std::atomic<std::size_t> report_bytes_max{1 << 20};
  std::atomic<int> refused{0};

  Result<void> commit(std::span<const ArtifactCommit> commits) override {
    for (const ArtifactCommit& commit : commits) {
      if (commit.verdict.report_json.size() <= report_bytes_max) continue;
      ++refused;
      return Error(ErrorCode::kInvalidArgument, "a report is too large");
    }
    return full ? refuse() : store_->commit(commits);
  }
  Result<void> set_override(const Digest& digest, VerdictRecord::Override override) override {
    return full ? refuse() : store_->set_override(digest, std::move(override));
  }
  Result<void> forget_uri(std::string_view uri) override {
    return full ? refuse() : store_->forget_uri(uri);
  }
  Result<std::vector<std::uint64_t>> enqueue(std::span<const std::string> uris) override {
    if (full) return refuse().error();
    return store_->enqueue(uris);
  }
  Result<std::uint32_t> count_attempt(std::uint64_t sequence) override {
    if (full) return refuse().error();
    return store_->count_attempt(sequence);
  }
  Result<void> drop_work(std::uint64_t sequence) override {
    return full ? refuse() : store_->drop_work(sequence);
  }
  Result<void> audit(AuditEntry entry) override {
    return full ? refuse() : store_->audit(std::move(entry));
  }

  Result<std::optional<VerdictRecord>> verdict(const Digest& digest) const override {
    return store_->verdict(digest);
  }
  Result<std::optional<ChunkVerdict>> chunk(const Digest& digest) const override {
    return store_->chunk(digest);
  }
  Result<std::optional<UriRecord>> uri(std::string_view uri) const override {
    return store_->uri(uri);
  }
  Result<std::optional<Digest>> caller_id(std::string_view id) const override {
    return store_->caller_id(id);
  }
  Result<void> each_verdict(const std::function<bool(const VerdictRecord&)>& visit) const override {
    return store_->each_verdict(visit);
  }
  Result<void> each_chunk(const std::function<bool(const ChunkVerdict&)>& visit) const override {
    return store_->each_chunk(visit);
  }
  Result<void> each_uri(
      std::string_view prefix,
      const std::function<bool(std::string_view, const UriRecord&)>& visit) const override {
    return store_->each_uri(prefix, visit);
  }
  Result<void> each_caller_id(
      const std::function<bool(std::string_view, const Digest&)>& visit) const override {
    return store_->each_caller_id(visit);
  }
  Result<void> each_work(const std::function<bool(const WorkItem&)>& visit) const override {
    return store_->each_work(visit);
  }
  Result<void> each_audit(std::uint64_t from_sequence,
                          const std::function<bool(const AuditEntry&)>& visit) const override {
    return store_->each_audit(from_sequence, visit);
  }
  Result<StoreStatus> status() const override { return store_->status(); }
  Result<std::vector<std::string>> verify() const override { return store_->verify(); }

 private:
  Result<void> refuse() {
    ++refused;
    return Error(ErrorCode::kResourceExhausted, "no space left");
  }

  const std::unique_ptr<VerdictStore> store_;
};

}  // namespace credence
