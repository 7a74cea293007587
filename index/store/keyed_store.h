#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/store/group_writer.h"
#include "index/store/key_value.h"
#include "index/store/verdict_store.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

// A VerdictStore over anything that keeps keys and values. All behaviour of the
// store is here; what lies below only keeps bytes.
class KeyedStore final : public VerdictStore {
 public:
  // Brings the schema up to date (or, `read_only`, checks it) and finds the ends of
  // the sequences.
  static Result<std::unique_ptr<VerdictStore>> open(std::unique_ptr<KeyValue> base,
                                                    DigestFunction digest, bool read_only);

  Result<void> commit(std::span<const ArtifactCommit> commits) override;
  Result<void> set_override(const Digest& digest, VerdictRecord::Override override) override;

  Result<std::optional<VerdictRecord>> verdict(const Digest& digest) const override;
  Result<std::optional<ChunkVerdict>> chunk(const Digest& digest) const override;
  Result<std::optional<UriRecord>> uri(std::string_view uri) const override;
  Result<std::optional<Digest>> caller_id(std::string_view id) const override;

  Result<void> forget_uri(std::string_view uri) override;

  Result<void> each_verdict(const std::function<bool(const VerdictRecord&)>& visit) const override;
  Result<void> each_chunk(const std::function<bool(const ChunkVerdict&)>& visit) const override;
  Result<void> each_uri(
      std::string_view prefix,
      const std::function<bool(std::string_view, const UriRecord&)>& visit) const override;
  Result<void> each_caller_id(
      const std::function<bool(std::string_view, const Digest&)>& visit) const override;

  Result<std::vector<std::uint64_t>> enqueue(std::span<const std::string> uris) override;
  Result<void> each_work(const std::function<bool(const WorkItem&)>& visit) const override;
  Result<std::uint32_t> count_attempt(std::uint64_t sequence) override;
  Result<void> drop_work(std::uint64_t sequence) override;

  Result<void> audit(AuditEntry entry) override;
  Result<void> each_audit(std::uint64_t from_sequence,
                          const std::function<bool(const AuditEntry&)>& visit) const override;

  Result<StoreStatus> status() const override;
  Result<std::vector<std::string>> verify() const override;

 private:
  KeyedStore(std::unique_ptr<KeyValue> base, StoreTail tail, DigestFunction digest, bool read_only);

  Result<void> write(const GroupWriter::Operation& operation);

  const std::unique_ptr<KeyValue> base_;
  const DigestFunction digest_;
  const bool read_only_;
  GroupWriter writer_;
  // No item has a lower sequence: where scans of the queue begin, past the markers
  // that deleted items leave behind.
  mutable std::atomic<std::uint64_t> queue_floor_{0};
};

}  // namespace credence
