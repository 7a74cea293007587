#include "daemon/cli/offline.h"

#include <mutex>
#include <optional>
#include <utility>

#include "daemon/pipeline/engine_factory.h"
#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/installation.h"
#include "daemon/pipeline/local_scan_service.h"
#include "daemon/sandbox/worker_pool.h"
#include "index/store/rocksdb_store.h"
#include "provenance/crypto/sha256.h"

namespace credence::cli {

StoreWriter::StoreWriter(std::unique_ptr<VerdictStore> store, std::string collection)
    : store_(std::move(store)), collection_(std::move(collection)) {}

Result<std::unique_ptr<StoreWriter>> StoreWriter::open(const std::string& directory,
                                                       std::string collection) {
  RocksDbOptions options;
  options.path = directory;
  options.digest = sha256;
  auto store = open_rocksdb_store(options);
  if (!store) return std::move(store).error();
  return std::unique_ptr<StoreWriter>(new StoreWriter(std::move(*store), std::move(collection)));
}

Result<void> StoreWriter::add(const ScannedFile& file) {
  if (file.outcome.digest == Digest{}) return {};  // it could not be read
  ArtifactCommit commit = to_commit(file.outcome, "credence");
  commit.uri = file_uri(file.path);
  commit.identity = file.identity;
  if (!collection_.empty()) {
    for (ChunkVerdict& chunk : commit.chunks) {
      if (!chunk.record_id.empty()) chunk.record_id = collection_ + "/" + chunk.record_id;
    }
  }
  pending_.push_back(std::move(commit));
  return pending_.size() < kBatch ? Result<void>() : flush();
}

Result<void> StoreWriter::flush() {
  auto kept = store_->commit(pending_);
  if (kept) pending_.clear();
  return kept;
}

struct Offline::State {
  SystemClock clock;
  EngineConfig engine;
  unsigned workers = 1;
  std::uint64_t worker_memory = 0;
  std::once_flag started;  // of pool and start_error
  std::unique_ptr<WorkerPool> pool;
  std::optional<Error> start_error;
  std::unique_ptr<LocalScanService> service;

  Report sandboxed(const Artifact& artifact);
  void start_pool();
};

void Offline::State::start_pool() {
  WorkerPoolOptions options;
  options.worker_path = worker_path();
  options.engine = engine;
  options.engine_digest = service->snapshot()->digest;
  options.workers = workers;
  options.memory_bytes_max = worker_memory;
  auto created = WorkerPool::create(std::move(options));
  if (created) {
    pool = std::move(*created);
  } else {
    start_error = std::move(created).error();
  }
}

Report Offline::State::sandboxed(const Artifact& artifact) {
  std::call_once(started, [&] { start_pool(); });
  if (pool) return pool->scan_or_gap(artifact);
  Report report;
  report.size = artifact.bytes.size();
  report.coverage = Coverage::kSkipped;
  report.layers.emplace_back();
  report.notes.push_back({Coverage::kSkipped, CoverageReason::kScannerError, 0,
                          "no worker: " + start_error->message()});
  return report;
}

Offline::Offline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Offline::~Offline() = default;

ScanService& Offline::service() noexcept { return *state_->service; }

Result<std::unique_ptr<Offline>> Offline::create(const Config& config, unsigned workers) {
  auto state = std::make_unique<State>();
  state->engine = engine_config(config);
  state->workers = workers;
  state->worker_memory = config.worker_memory_bytes_max;
  auto snapshot = build_snapshot(state->engine, state->clock);
  if (!snapshot) return std::move(snapshot).error();
  State* self = state.get();
  state->service = std::make_unique<LocalScanService>(
      std::move(*snapshot), [self](const Artifact& artifact) { return self->sandboxed(artifact); },
      state->clock);
  return std::unique_ptr<Offline>(new Offline(std::move(state)));
}

}  // namespace credence::cli
