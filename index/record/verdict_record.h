#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/coverage.h"
#include "scanners/core/decision.h"
#include "scanners/core/digest.h"
#include "scanners/core/media_kind.h"
#include "scanners/core/result.h"

// This room is the encoded form of what the store keeps. Each encoding begins with
// a version byte; decoders read every version that was ever written.
namespace credence {

// The verdict on one artifact, kept by its digest.
struct VerdictRecord {
  Digest digest;
  Decision decision;
  Coverage coverage = Coverage::kComplete;
  MediaKind kind = MediaKind::kUnknown;
  std::uint64_t size = 0;
  // What judged it: digest of engine version, rule set and policy. A record whose
  // engine differs from today's is stale.
  Digest engine;
  std::int64_t scanned_at_ms = 0;  // since 1970-01-01 UTC
  // Findings, layers and coverage notes as the JSON object of the public schema,
  // without uri and id. Opaque to the store.
  std::string report_json;

  // An operator's override; empty `by` means none.
  struct Override {
    Disposition disposition = Disposition::kAllow;
    std::string by;
    std::string reason;
    std::int64_t at_ms = 0;
  };
  Override overridden;

  // What holds: the override where there is one.
  [[nodiscard]] Verdict verdict() const noexcept {
    if (overridden.by.empty()) return decision.verdict;
    return overridden.disposition == Disposition::kAllow ? Verdict::kTrusted : decision.verdict;
  }
  [[nodiscard]] Disposition disposition() const noexcept {
    return overridden.by.empty() ? decision.disposition : overridden.disposition;
  }
};

// The verdict on one chunk of text, kept by the SHA-256 of its exact text.
struct ChunkVerdict {
  Digest digest;
  Digest artifact;  // where it was met last
  Decision decision;
  Digest engine;
  std::int64_t scanned_at_ms = 0;
  std::string record_id;  // the caller's own id, ""
};

// Identity of a file as the file system tells it. Equal before and after a read:
// the bytes are of one moment. Equal to the stored one: nothing to scan again.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t mtime_ns = 0;
  std::int64_t ctime_ns = 0;
  bool operator==(const FileIdentity&) const = default;
};

// What is at a URI.
struct UriRecord {
  Digest digest;
  FileIdentity identity;  // zero for what did not come from a file system
  std::int64_t seen_at_ms = 0;
};

// A file waiting for its verdict. Kept until the verdict is committed.
struct WorkItem {
  std::uint64_t sequence = 0;  // order of arrival; given by the store
  std::string uri;             // "file:///srv/kb/a.md"
  std::uint32_t attempts = 0;  // scans that ended in a crash of ours
};

// One line of the audit log. Each holds the SHA-256 of the one before, so that a
// changed or missing line shows.
struct AuditEntry {
  std::uint64_t sequence = 0;  // from 1
  std::int64_t at_ms = 0;
  std::string actor;    // "credenced", a token's name, a user
  std::string action;   // "verdict", "quarantine", "release", "delete", "override", "reload"
  std::string subject;  // a digest or a URI
  std::string detail;
  Digest previous;  // digest of the encoded entry before; zero for the first
};

[[nodiscard]] std::string encode(const VerdictRecord& record);
[[nodiscard]] std::string encode(const ChunkVerdict& record);
[[nodiscard]] std::string encode(const UriRecord& record);
[[nodiscard]] std::string encode(const WorkItem& item);
[[nodiscard]] std::string encode(const AuditEntry& entry);

// kCorrupt for what was not written by encode() of this or an earlier version.
// Bounds-checked on any input.
[[nodiscard]] Result<VerdictRecord> decode_verdict(std::string_view bytes);
[[nodiscard]] Result<ChunkVerdict> decode_chunk(std::string_view bytes);
[[nodiscard]] Result<UriRecord> decode_uri(std::string_view bytes);
[[nodiscard]] Result<WorkItem> decode_work(std::string_view bytes);
[[nodiscard]] Result<AuditEntry> decode_audit(std::string_view bytes);

}  // namespace credence
