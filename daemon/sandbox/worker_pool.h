#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/pipeline/engine_factory.h"
#include "daemon/sandbox/lockdown.h"
#include "daemon/sandbox/worker_process.h"
#include "scanners/core/digest.h"
#include "scanners/core/report.h"
#include "scanners/core/result.h"
#include "scanners/engine/engine.h"

// This room runs the parsers of hostile formats in processes of their own, which
// can neither open files nor reach a network, and outlives their crashes.
namespace credence {

struct WorkerPoolOptions {
  std::string worker_path;  // the credence-worker executable
  EngineConfig engine;
  // When given, a worker whose engine has another digest (the rules on disk were
  // changed since) is refused.
  std::optional<Digest> engine_digest;
  std::uint32_t workers = 2;
  std::uint32_t artifacts_max = 1000;  // before a worker is replaced
  std::uint64_t memory_bytes_max = 1ULL << 30;
  std::uint64_t grace_ms = 2'000;  // past the scan's own deadline, then SIGKILL
  std::uint64_t start_ms_max = 60'000;
  std::uint64_t wait_ms_max = 120'000;  // for a worker to become free
};

struct WorkerPoolStats {
  std::uint32_t live = 0;  // idle, busy or starting
  std::uint32_t idle = 0;
  std::uint64_t started = 0;
  std::uint64_t scanned = 0;
  std::uint64_t crashed = 0;
  std::uint64_t timed_out = 0;
  Lockdown lockdown;  // of the worker that started last
};

// Thread-safe, except that no scan may be under way when it is destroyed.
class WorkerPool {
 public:
  // Starts the workers; returns when the first is ready, or with the reason why it
  // could not start.
  [[nodiscard]] static Result<std::unique_ptr<WorkerPool>> create(WorkerPoolOptions options);
  ~WorkerPool();

  // Scans the artifact's bytes in a worker, waiting for a free one. A worker that
  // dies or takes too long gives a skipped report with kWorkerCrashed or
  // kWorkerTimeout and is replaced; nothing is tried again here. An Error means that
  // no worker could be had.
  [[nodiscard]] Result<Report> scan(const Artifact& artifact);

  // Likewise with the content of `file`, a regular file open for reading; of
  // `artifact`, `bytes` is ignored and `size` is the file's. Saves a copy.
  [[nodiscard]] Result<Report> scan_file(int file, const Artifact& artifact);

  // As scan(), with the Error as a gap in the report.
  [[nodiscard]] Report scan_or_gap(const Artifact& artifact);

  // Scans that begin from now on use workers built from `engine`; the old ones end
  // when their scans do. Called before the coordinator swaps its own engine, so that
  // no verdict names an engine newer than the one that scanned.
  void reload(EngineConfig engine, std::optional<Digest> engine_digest);

  [[nodiscard]] WorkerPoolStats stats() const;

 private:
  struct Worker {
    WorkerProcess process;
    std::uint64_t generation = 0;
    std::uint32_t artifacts = 0;
  };

  explicit WorkerPool(WorkerPoolOptions options) : options_(std::move(options)) {}

  void keep();
  bool start_one(std::unique_lock<std::mutex>& lock);
  Result<ReadyMessage> await_ready(WorkerProcess& process);
  void accept(Worker worker, const ReadyMessage& ready);
  void note_failure(const Error& error);

  Result<Worker> take();
  void give_back(Worker worker);
  void count_out();
  Result<Report> hand_over(int fd, std::uint64_t readable, const Artifact& artifact);
  Report failed(Worker worker, const Error& error, const Artifact& artifact, std::uint64_t size);
  [[nodiscard]] std::uint64_t allowed_ms(std::uint64_t size) const;

  mutable std::mutex mutex_;  // guards all below but keeper_
  std::condition_variable changed_;
  WorkerPoolOptions options_;
  std::vector<Worker> idle_;
  WorkerPoolStats stats_;  // live is kept, idle is idle_.size()
  std::uint64_t generation_ = 1;
  std::uint32_t failures_ = 0;  // to start a worker, in a row
  std::optional<Error> failure_;
  bool closing_ = false;

  // Starts the workers, all of them: a worker dies with the thread that started it.
  std::thread keeper_;
};

}  // namespace credence
