#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_set>
#include <vector>

#include "index/store/verdict_store.h"
#include "index/table/trust_table.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

struct RescanOptions {
  std::vector<std::string> prefixes;      // of the URIs of files that may be read again
  std::size_t asked_max = 100'000;        // digests remembered; what is asked beyond is dropped
  std::chrono::milliseconds pause{1000};  // between two passes over the URIs
};

// Has files scanned anew whose verdicts of an older engine were asked about. A digest
// does not say where its bytes lie, so many are collected and looked for in one pass over
// the known URIs. Uploads and texts lie nowhere: theirs stay stale until they come again.
class Rescans {
 public:
  using Arrived = std::function<Result<void>(std::span<const std::string> uris)>;

  // `store` and `table` outlive the object. `arrived` and `trouble` are called from its
  // thread.
  Rescans(RescanOptions options, const VerdictStore& store, const TrustTable& table,
          Arrived arrived, std::function<void(const Error&)> trouble);
  ~Rescans();

  // Digests of artifacts or chunks. Returns at once; may drop some. Thread-safe.
  void ask(std::span<const Digest> digests);

  // Another engine judges now: what was asked before may be asked again. Thread-safe.
  void engine_changed();

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] std::vector<Digest> next(const std::stop_token& stop);
  Result<void> find_and_deliver(std::span<const Digest> digests);
  [[nodiscard]] Result<std::unordered_set<Digest>> artifacts_of(
      std::span<const Digest> digests) const;

  const RescanOptions options_;
  const VerdictStore& store_;
  const TrustTable& table_;
  const Arrived arrived_;
  const std::function<void(const Error&)> trouble_;

  std::mutex mutex_;  // guards wanted_ and asked_
  std::condition_variable_any changed_;
  std::vector<Digest> wanted_;
  std::unordered_set<Digest> asked_;  // since the engine changed
  std::jthread thread_;
};

}  // namespace credence
