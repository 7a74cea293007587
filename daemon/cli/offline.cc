#include "daemon/cli/offline.h"

#include <mutex>
#include <utility>

#include "daemon/pipeline/engine_factory.h"
#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/installation.h"
#include "daemon/pipeline/local_scan_service.h"
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

}  // namespace credence::cli

namespace credence::cli {

struct Offline::State {
  SystemClock clock;
  std::unique_ptr<LocalScanService> service;
};

Offline::Offline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Offline::~Offline() = default;

ScanService& Offline::service() noexcept { return *state_->service; }

Result<std::unique_ptr<Offline>> Offline::create(const Config& config, unsigned /*workers*/) {
  auto state = std::make_unique<State>();
  auto snapshot = build_snapshot(engine_config(config), state->clock);
  if (!snapshot) return std::move(snapshot).error();
  state->service =
      std::make_unique<LocalScanService>(std::move(*snapshot), SandboxScan{}, state->clock);
  return std::unique_ptr<Offline>(new Offline(std::move(state)));
}

}  // namespace credence::cli
