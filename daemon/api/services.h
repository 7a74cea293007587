#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/api/event_bus.h"
#include "daemon/observe/log.h"
#include "daemon/observe/metrics.h"
#include "daemon/pipeline/scan_service.h"
#include "index/store/verdict_store.h"
#include "index/table/trust_table.h"
#include "scanners/core/clock.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

// Keeps verdicts soon, many in one commit, without making the caller wait for the
// disk; then applies them to the trust table. Thread-safe.
class CommitQueue {
 public:
  virtual ~CommitQueue() = default;
  // False when the queue is full or closed: the verdict is not kept.
  virtual bool submit(ArtifactCommit commit) = 0;
};

// Tells when the watched folders are caught up with. Thread-safe.
class SyncBarrier {
 public:
  virtual ~SyncBarrier() = default;
  // Returns when everything that was written to a watched folder before the call has a
  // verdict that trust queries see. kDeadlineExceeded after `timeout`; kUnavailable when
  // that cannot be told (no folder is watched, the daemon is stopping).
  virtual Result<void> wait(std::chrono::milliseconds timeout) = 0;
};

// One artifact held apart.
struct QuarantineItem {
  Digest digest;
  std::string uri;  // where it was
  std::uint64_t size = 0;
  std::int64_t held_at_ms = 0;  // since 1970-01-01 UTC
};

// The quarantine as operators reach it. Thread-safe; each change is in the audit log.
class QuarantineControl {
 public:
  virtual ~QuarantineControl() = default;
  // The newest `count_max` items.
  virtual Result<std::vector<QuarantineItem>> list(std::size_t count_max) = 0;
  // Puts it back where it was. kNotFound when it is not held; kAlreadyExists when
  // something else is there now.
  virtual Result<void> release(const Digest& digest, std::string_view actor) = 0;
  // Destroys it. Its verdict stays.
  virtual Result<void> remove(const Digest& digest, std::string_view actor) = 0;
};

// What the API stands on. Everything outlives the server; all of it is thread-safe.
// What is null or empty answers 503.
struct ApiServices {
  ScanService& scans;
  VerdictStore& store;
  TrustTable& table;
  CommitQueue& commits;
  EventBus& events;
  Metrics& metrics;
  Logger& log;
  const Clock& clock;
  DigestFunction digest;

  SyncBarrier* sync = nullptr;
  QuarantineControl* quarantine = nullptr;
  // Reads rules and policy anew; a refused set leaves the old one in force and is
  // kInvalidArgument with what is wrong with it.
  std::function<Result<void>(std::string_view actor)> reload = {};
  // Why the daemon is not ready to be asked; empty when it is. Also empty when unset.
  std::function<std::vector<std::string>()> not_ready = {};
  // Asks for artifacts or chunks whose verdict is of an older engine to be scanned anew.
  // Called on the query path: returns at once, and may drop requests.
  std::function<void(std::span<const Digest> digests)> rescan = {};
};

// What subscribers of GET /v1/events are told of a verdict: the data of an event of
// type "verdict".
[[nodiscard]] std::string verdict_event(const ArtifactCommit& commit);

}  // namespace credence
