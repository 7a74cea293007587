#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/record/verdict_record.h"
#include "scanners/core/result.h"

// This room remembers: verdicts by digest, and the aliases that lead to them. The
// store is the truth; index/table is a copy of it for the query path.
namespace credence {

// Everything that one scan established, written together or not at all.
struct ArtifactCommit {
  VerdictRecord verdict;
  std::string uri;        // where it was found; empty for an upload without a name
  FileIdentity identity;  // zero for what did not come from a file
  std::vector<ChunkVerdict> chunks;
  std::vector<std::string> caller_ids;  // "collection/id" of the artifact itself
  std::uint64_t work_sequence = 0;      // the queue item this finishes; 0 for none
  std::string actor;                    // for the audit log
};

struct StoreStatus {
  std::uint64_t verdicts = 0;  // estimates where exact counting would scan
  std::uint64_t chunks = 0;
  std::uint64_t uris = 0;
  std::uint64_t caller_ids = 0;
  std::uint64_t audit_entries = 0;
  std::uint64_t queued = 0;
  std::uint32_t schema_version = 0;
  std::uint64_t bytes_on_disk = 0;
};

// All methods are thread-safe. Writing methods return once the write is durable
// (it survives kill -9 and power loss); concurrent writers share one fsync.
// A failed write changes nothing. kUnavailable: the store cannot be reached or was
// closed; kResourceExhausted: no space on the disk; kCorrupt: it does not read back.
class VerdictStore {
 public:
  virtual ~VerdictStore() = default;

  virtual Result<void> commit(std::span<const ArtifactCommit> commits) = 0;

  // Replaces the override of a stored verdict and records it in the audit log.
  // kNotFound when the digest has no verdict.
  virtual Result<void> set_override(const Digest& digest, VerdictRecord::Override override) = 0;

  virtual Result<std::optional<VerdictRecord>> verdict(const Digest& digest) const = 0;
  virtual Result<std::optional<ChunkVerdict>> chunk(const Digest& digest) const = 0;
  virtual Result<std::optional<UriRecord>> uri(std::string_view uri) const = 0;
  // The digest (of an artifact or a chunk) a caller's "collection/id" stands for.
  virtual Result<std::optional<Digest>> caller_id(std::string_view id) const = 0;

  // The URI no longer leads anywhere (the file is gone). Its verdict stays.
  virtual Result<void> forget_uri(std::string_view uri) = 0;

  // Calls `visit` for each record, in key order, until it returns false.
  virtual Result<void> each_verdict(
      const std::function<bool(const VerdictRecord&)>& visit) const = 0;
  virtual Result<void> each_chunk(const std::function<bool(const ChunkVerdict&)>& visit) const = 0;
  // URIs that begin with `prefix`.
  virtual Result<void> each_uri(
      std::string_view prefix,
      const std::function<bool(std::string_view, const UriRecord&)>& visit) const = 0;
  virtual Result<void> each_caller_id(
      const std::function<bool(std::string_view, const Digest&)>& visit) const = 0;

  // The persisted work queue. enqueue() gives each item its sequence, in order, and
  // returns them; a URI that is queued already keeps its place and its sequence.
  virtual Result<std::vector<std::uint64_t>> enqueue(std::span<const std::string> uris) = 0;
  virtual Result<void> each_work(const std::function<bool(const WorkItem&)>& visit) const = 0;
  // Adds one to the attempts of an item and returns the new count.
  virtual Result<std::uint32_t> count_attempt(std::uint64_t sequence) = 0;
  // Removes an item without a verdict (the file is gone).
  virtual Result<void> drop_work(std::uint64_t sequence) = 0;

  virtual Result<void> audit(AuditEntry entry) = 0;  // sequence and previous are filled in
  virtual Result<void> each_audit(std::uint64_t from_sequence,
                                  const std::function<bool(const AuditEntry&)>& visit) const = 0;

  virtual Result<StoreStatus> status() const = 0;

  // Re-reads everything with checksums, follows the audit chain, and checks that
  // every alias leads to a record. One message a defect; empty when sound.
  virtual Result<std::vector<std::string>> verify() const = 0;
};

}  // namespace credence
