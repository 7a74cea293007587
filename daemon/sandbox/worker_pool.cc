#include "daemon/sandbox/worker_pool.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/sandbox/report_codec.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Failures in a row after which scans no longer wait for a worker.
constexpr std::uint32_t kFailuresMax = 3;
constexpr std::uint64_t kBackoffMs = 100;
constexpr std::uint64_t kBackoffMaxMs = 5'000;
constexpr std::size_t kPathMax = 1024;

Error system_error(std::string_view what) {
  return Error(ErrorCode::kResourceExhausted, std::string(what) + ": " + std::strerror(errno));
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return system_error("write to memory file");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

// The bytes in a file of memory that nobody can change any more.
Result<UniqueFd> sealed_copy(PaddedView bytes) {
  UniqueFd fd(::memfd_create("artifact", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return system_error("memfd_create");
  if (auto written = write_all(fd.get(), bytes.text()); !written) return std::move(written).error();
  const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
  if (::fcntl(fd.get(), F_ADD_SEALS, seals) != 0) return system_error("F_ADD_SEALS");
  return fd;
}

// What is known of an artifact that nothing was learnt about.
Report gap(const Artifact& artifact, std::uint64_t size, CoverageReason reason,
           std::string_view detail) {
  Report report;
  report.size = size;
  report.coverage = Coverage::kSkipped;
  report.notes.push_back({Coverage::kSkipped, reason, 0, std::string(detail)});
  LayerRecord root;
  root.size = size;
  root.path = printable(artifact.name, kPathMax);
  report.layers.push_back(std::move(root));
  return report;
}

}  // namespace

Result<std::unique_ptr<WorkerPool>> WorkerPool::create(WorkerPoolOptions options) {
  if (options.workers == 0 || options.artifacts_max == 0) {
    return Error(ErrorCode::kInvalidArgument, "a worker pool needs workers and artifacts for them");
  }
  std::unique_ptr<WorkerPool> pool(new WorkerPool(std::move(options)));
  pool->keeper_ = std::thread([raw = pool.get()] { raw->keep(); });
  std::unique_lock lock(pool->mutex_);
  pool->changed_.wait(lock, [&pool] { return !pool->idle_.empty() || pool->failure_; });
  if (pool->idle_.empty()) {
    Error error = *pool->failure_;
    lock.unlock();
    return error;
  }
  return pool;
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  keeper_.join();
}

void WorkerPool::reload(EngineConfig engine, std::optional<Digest> engine_digest) {
  std::vector<Worker> old;
  {
    const std::lock_guard lock(mutex_);
    options_.engine = std::move(engine);
    options_.engine_digest = engine_digest;
    ++generation_;
    failures_ = 0;
    old.swap(idle_);
    stats_.live -= static_cast<std::uint32_t>(old.size());
  }
  changed_.notify_all();
}

WorkerPoolStats WorkerPool::stats() const {
  const std::lock_guard lock(mutex_);
  WorkerPoolStats stats = stats_;
  stats.idle = static_cast<std::uint32_t>(idle_.size());
  return stats;
}

// The keeper's side.

void WorkerPool::keep() {
  std::unique_lock lock(mutex_);
  while (!closing_) {
    if (stats_.live >= options_.workers) {
      changed_.wait(lock);
    } else if (!start_one(lock) && !closing_) {
      const std::uint64_t pause =
          std::min(kBackoffMaxMs, kBackoffMs << std::min<std::uint32_t>(failures_, 10));
      changed_.wait_for(lock, milliseconds(pause), [this] { return closing_ || failures_ == 0; });
    }
  }
}

bool WorkerPool::start_one(std::unique_lock<std::mutex>& lock) {
  const SetupMessage setup{options_.engine, options_.memory_bytes_max};
  const std::uint64_t generation = generation_;
  ++stats_.live;
  auto process = WorkerProcess::start(options_.worker_path, setup);
  if (!process) {
    note_failure(process.error());
    return false;
  }
  lock.unlock();
  auto ready = await_ready(*process);
  lock.lock();
  if (!ready) {
    note_failure(ready.error());
    return false;
  }
  accept({std::move(*process), generation, 0}, *ready);
  return failures_ == 0;
}

// Waits in short steps, so that the pool can be closed meanwhile.
Result<ReadyMessage> WorkerPool::await_ready(WorkerProcess& process) {
  static constexpr int kStepMs = 50;
  std::unique_lock lock(mutex_);
  const auto deadline = steady_clock::now() + milliseconds(options_.start_ms_max);
  while (!closing_ && steady_clock::now() < deadline) {
    lock.unlock();
    if (process.is_readable(kStepMs)) return process.await_ready(deadline);
    lock.lock();
  }
  return Error(ErrorCode::kUnavailable, "the worker took too long to start");
}

void WorkerPool::accept(Worker worker, const ReadyMessage& ready) {
  if (worker.generation != generation_) {
    --stats_.live;
    return;
  }
  if (options_.engine_digest && *options_.engine_digest != ready.engine) {
    note_failure(Error(ErrorCode::kUnavailable,
                       "the worker built another engine than ours: rules or policy were changed "
                       "on disk; reload"));
    return;
  }
  failures_ = 0;
  failure_.reset();
  ++stats_.started;
  stats_.lockdown = ready.lockdown;
  idle_.push_back(std::move(worker));
  changed_.notify_all();
}

void WorkerPool::note_failure(const Error& error) {
  --stats_.live;
  ++failures_;
  failure_ = error;
  changed_.notify_all();
}

// The scans' side.

Result<Report> WorkerPool::scan(const Artifact& artifact) {
  auto copy = sealed_copy(artifact.bytes);
  if (!copy) return std::move(copy).error();
  return hand_over(copy->get(), artifact.bytes.size(), artifact);
}

Result<Report> WorkerPool::scan_file(int file, const Artifact& artifact) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return system_error("fstat");
  if (!S_ISREG(status.st_mode)) {
    return Error(ErrorCode::kInvalidArgument, "only a regular file is handed to a worker");
  }
  return hand_over(file, artifact.size, artifact);
}

Report WorkerPool::scan_or_gap(const Artifact& artifact) {
  auto report = scan(artifact);
  if (report) return std::move(*report);
  return gap(artifact, std::max<std::uint64_t>(artifact.size, artifact.bytes.size()),
             CoverageReason::kScannerError, report.error().message());
}

Result<Report> WorkerPool::hand_over(int fd, std::uint64_t readable, const Artifact& artifact) {
  const std::uint64_t size = std::max(artifact.size, readable);
  auto worker = take();
  if (!worker) return std::move(worker).error();
  const std::uint64_t watch_ms = allowed_ms(size);
  const JobMessage job{.readable_size = readable,
                       .size = artifact.size,
                       .alarm_ms = watch_ms + 1'000,
                       .is_chunk = artifact.is_chunk,
                       .name = std::string(artifact.name),
                       .records = artifact.records};
  auto answer = worker->process.scan(job, fd, steady_clock::now() + milliseconds(watch_ms));
  if (!answer) return failed(std::move(*worker), answer.error(), artifact, size);
  auto report = decode_report(*answer);
  if (!report) return failed(std::move(*worker), report.error(), artifact, size);
  report->size = size;
  give_back(std::move(*worker));
  return report;
}

// Ends the worker and says what became of the artifact.
Report WorkerPool::failed(Worker worker, const Error& error, const Artifact& artifact,
                          std::uint64_t size) {
  bool timed_out = error.code() == ErrorCode::kDeadlineExceeded;
  std::string detail = error.message();
  if (error.code() == ErrorCode::kUnavailable) {
    const ExitStatus status = worker.process.stop();
    timed_out = status.timed_out();
    detail = "the worker ended by " + status.text();
  } else {
    worker.process.kill();
  }
  {
    const std::lock_guard lock(mutex_);
    ++(timed_out ? stats_.timed_out : stats_.crashed);
  }
  count_out();
  return gap(artifact, size,
             timed_out ? CoverageReason::kWorkerTimeout : CoverageReason::kWorkerCrashed, detail);
}

Result<WorkerPool::Worker> WorkerPool::take() {
  std::unique_lock lock(mutex_);
  const auto deadline = steady_clock::now() + milliseconds(options_.wait_ms_max);
  for (;;) {
    const bool settled = changed_.wait_until(lock, deadline, [this] {
      return !idle_.empty() || closing_ || (failures_ >= kFailuresMax && stats_.live == 0);
    });
    if (!settled) return Error(ErrorCode::kUnavailable, "no worker became free in time");
    if (idle_.empty()) {
      return failure_ ? *failure_ : Error(ErrorCode::kUnavailable, "the worker pool is closed");
    }
    Worker worker = std::move(idle_.back());
    idle_.pop_back();
    if (!worker.process.is_readable(0)) return worker;
    --stats_.live;  // it died in its sleep
    changed_.notify_all();
  }
}

void WorkerPool::give_back(Worker worker) {
  {
    const std::lock_guard lock(mutex_);
    ++stats_.scanned;
    ++worker.artifacts;
    if (worker.generation == generation_ && worker.artifacts < options_.artifacts_max) {
      idle_.push_back(std::move(worker));
      changed_.notify_all();
      return;
    }
  }
  worker.process.stop();
  count_out();
}

// Makes room for another worker once one is gone.
void WorkerPool::count_out() {
  {
    const std::lock_guard lock(mutex_);
    --stats_.live;
  }
  changed_.notify_all();
}

// A scan's own deadline (Budget) and the grace.
std::uint64_t WorkerPool::allowed_ms(std::uint64_t size) const {
  const std::lock_guard lock(mutex_);
  const Limits& limits = options_.engine.limits;
  return options_.grace_ms +
         std::min(limits.deadline_ms_max,
                  limits.deadline_ms + limits.deadline_ms_per_mib * (size >> 20));
}

}  // namespace credence
