#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/pipeline/scan_service.h"
#include "index/store/verdict_store.h"
#include "index/table/trust_table.h"
#include "scanners/core/result.h"

namespace credence {

// What ingest tells the rest of the daemon. Unless said otherwise, called from its
// threads, one at a time. Any may be empty.
struct IngestEvents {
  // A verdict is durable and in the table.
  std::function<void(const ArtifactCommit&)> committed;
  // Something an operator must know: the store refuses writes, a scan crashed twice.
  std::function<void(const Error&)> trouble;
  // So many items have no verdict now. Called from any thread, also from sources'.
  std::function<void(std::size_t)> depth;
};

struct IngestOptions {
  unsigned scan_threads = 2;
  std::size_t window = 1024;       // items held in memory; the rest waits in the store
  std::size_t batch_max = 256;     // verdicts in one commit
  std::uint32_t attempts_max = 2;  // scans of one item that may end in a crash or a change
  // Bad files are moved aside by whoever hears of their verdicts: one that is still in its
  // place was left there by a crash or a failure, and is scanned again.
  bool moves_bad = false;
  std::chrono::milliseconds retry{200};  // pause after the store refused a write
};

// The road from "this file arrived" to "its verdict is kept". Items wait in the
// store's queue, so that a crash forgets none; a bounded window of them is in memory;
// scan threads read and scan; one thread commits in batches. An item leaves the queue
// in the same atomic batch that keeps its verdict: none is lost, none is done twice.
class Ingest {
 public:
  // All references outlive the object.
  Ingest(IngestOptions options, VerdictStore& store, TrustTable& table, ScanService& service,
         IngestEvents events);
  ~Ingest();
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  // Starts the threads; what the last run left in the queue comes first.
  void start();

  // Finishes what is being scanned, commits it, ends the threads. Items that wait stay
  // in the store's queue. Called by the destructor too.
  void stop();

  // Files that are new or changed. Durable once it returns. Thread-safe; slow when the
  // store is: that is the back-pressure on sources.
  Result<void> arrived(std::span<const std::string> uris);

  // A file is no more: its name leads nowhere, also when it is being scanned at this
  // moment. Thread-safe.
  Result<void> gone(std::string_view uri);

  // Whether a file of this identity was judged by today's engine already, and is where it
  // may be.
  [[nodiscard]] bool is_current(std::string_view uri, const FileIdentity& identity) const;

  // Waits until everything that arrived() took before this call has a verdict. False
  // when `deadline` comes first. Thread-safe.
  [[nodiscard]] bool wait_until_done(std::chrono::steady_clock::time_point deadline);

  // Items without a verdict yet. Thread-safe.
  [[nodiscard]] std::size_t pending() const;
  // Whether the store took the last write. Thread-safe.
  [[nodiscard]] bool healthy() const;

 private:
  void scan_loop();
  void commit_loop();
  [[nodiscard]] std::optional<WorkItem> take();
  void refill(std::unique_lock<std::mutex>& lock);
  void process(const WorkItem& item, PaddedBuffer& buffer);
  [[nodiscard]] bool try_again(const WorkItem& item, const ScanOutcome& outcome);
  Result<void> forget(std::string_view uri);  // books_mutex_ is held
  enum class Keep : std::uint8_t { kNothing, kUri };
  void drop(const WorkItem& item, Keep keep = Keep::kNothing);
  Result<void> remove(const WorkItem& item, Keep keep);  // books_mutex_ is held
  void put_back(const WorkItem& item);
  void end_work(std::uint64_t sequence);  // mutex_ is held
  [[nodiscard]] std::vector<ArtifactCommit> next_batch();
  void commit(std::vector<ArtifactCommit>& batch);
  void refuse(std::vector<ArtifactCommit>& batch, const std::vector<std::uint64_t>& sequences);
  Result<void> keep(std::vector<ArtifactCommit>& batch,
                    const std::vector<std::uint64_t>& sequences);
  [[nodiscard]] bool is_still_so(const ArtifactCommit& commit) const;
  Result<void> note(Result<void> written);
  void report(const Error& error) const;
  void report_depth() const;

  const IngestOptions options_;
  VerdictStore& store_;
  TrustTable& table_;
  ScanService& service_;
  const IngestEvents events_;

  // Orders what the queue in the store and the books below say of one item: held while
  // either an arrival or a commit changes both. Taken before mutex_.
  std::mutex books_mutex_;

  mutable std::mutex mutex_;  // guards everything down to stopping_
  std::condition_variable changed_;
  std::deque<WorkItem> waiting_;  // in memory and not yet taken
  std::set<std::uint64_t> open_;  // sequences without a verdict, in memory or not
  std::set<std::uint64_t> held_;  // of those: waiting, being scanned, being committed
  std::map<std::uint64_t, std::string> working_;  // of those: scanned or committed now, by URI
  std::set<std::uint64_t> again_;                 // of those: arrived or went meanwhile
  std::deque<ArtifactCommit> finished_;           // scanned, not yet committed
  bool refilling_ = false;
  bool healthy_ = true;
  bool stopping_ = false;

  std::vector<std::jthread> scanners_;
  std::jthread committer_;
};

}  // namespace credence
