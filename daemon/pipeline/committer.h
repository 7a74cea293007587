#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "index/store/verdict_store.h"
#include "index/table/trust_table.h"
#include "scanners/core/result.h"

namespace credence {

struct CommitterOptions {
  std::size_t queue_max = 10'000;  // verdicts that wait
  std::size_t batch_max = 256;     // in one commit
};

// Keeps verdicts that nobody waits for: chunks scanned on the spot. What it has not yet
// committed is lost with the process, and scanned again when it is asked about.
class Committer {
 public:
  // `store` and `table` outlive the object. `committed` and `trouble` are called from its
  // thread.
  Committer(CommitterOptions options, VerdictStore& store, TrustTable& table,
            std::function<void(const ArtifactCommit&)> committed,
            std::function<void(const Error&)> trouble);
  ~Committer();  // commits what waits

  // Never blocks on the disk. False when the queue is full. Thread-safe.
  bool submit(ArtifactCommit commit);

 private:
  void run();

  const CommitterOptions options_;
  VerdictStore& store_;
  TrustTable& table_;
  const std::function<void(const ArtifactCommit&)> committed_;
  const std::function<void(const Error&)> trouble_;

  std::mutex mutex_;  // guards queue_ and stopping_
  std::condition_variable changed_;
  std::deque<ArtifactCommit> queue_;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace credence
