#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/load/config.h"
#include "daemon/pipeline/ordered_scan.h"
#include "daemon/pipeline/scan_service.h"
#include "index/store/verdict_store.h"
#include "scanners/core/result.h"

namespace credence::cli {

// The engine without a daemon: rules compiled in this process, and workers that start
// when the first file needs one.
class Offline {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Offline>> create(const Config& config,
                                                               unsigned workers);
  ~Offline();

  [[nodiscard]] ScanService& service() noexcept;

 private:
  struct State;
  explicit Offline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Keeps the verdicts of a scan in a store, some hundred to a commit.
class StoreWriter {
 public:
  [[nodiscard]] static Result<std::unique_ptr<StoreWriter>> open(const std::string& directory,
                                                                 std::string collection);

  Result<void> add(const ScannedFile& file);
  Result<void> flush();

 private:
  static constexpr std::size_t kBatch = 256;

  StoreWriter(std::unique_ptr<VerdictStore> store, std::string collection);

  std::unique_ptr<VerdictStore> store_;
  std::string collection_;
  std::vector<ArtifactCommit> pending_;
};

}  // namespace credence::cli
