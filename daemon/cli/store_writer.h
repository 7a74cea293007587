#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/policy/policy.h"
#include "daemon/pipeline/ordered_scan.h"
#include "index/store/verdict_store.h"
#include "scanners/core/result.h"
#include "scanners/engine/report_builder.h"

namespace credence::cli {

// Keeps the verdicts of a scan in a store, some hundred to a commit. The blocks of a large
// file are kept one by one; until its last one the file's verdict says that it was not
// examined to its end, and its URI leads nowhere.
class StoreWriter {
 public:
  [[nodiscard]] static Result<std::unique_ptr<StoreWriter>> open(const std::string& directory,
                                                                 const Policy& policy);

  Result<void> add(const ScannedFile& file);
  Result<void> flush();

 private:
  // What the blocks of one file gave so far.
  struct Blocks {
    Report report;
    ReportBuilder builder{report, kFindingsKept};
  };

  static constexpr std::size_t kCommits = 256;
  static constexpr std::size_t kChunks = 50'000;
  static constexpr std::uint32_t kFindingsKept = 1'000;

  StoreWriter(std::unique_ptr<VerdictStore> store, const Policy& policy);

  // The verdict on the file after one more of its blocks.
  [[nodiscard]] VerdictRecord merge(const ScannedFile& file);

  std::unique_ptr<VerdictStore> store_;
  Policy policy_;
  std::unique_ptr<Blocks> blocks_;  // null where no file is under way
  std::vector<ArtifactCommit> pending_;
  std::size_t pending_chunks_ = 0;
};

}  // namespace credence::cli
