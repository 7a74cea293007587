#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/observe/metrics.h"
#include "daemon/sources/file_events.h"
#include "daemon/sources/settle.h"
#include "index/record/verdict_record.h"
#include "scanners/core/clock.h"
#include "scanners/core/result.h"

namespace credence {

// Where a source delivers to (daemon/pipeline). Thread-safe.
class ArrivalSink {
 public:
  virtual ~ArrivalSink() = default;

  // Files that are new or changed; durable once it returns. Slow when it must be.
  virtual Result<void> arrived(std::span<const std::string> uris) = 0;
  virtual Result<void> gone(std::string_view uri) = 0;
  // Whether a file of this identity was judged by today's engine already.
  [[nodiscard]] virtual bool is_current(std::string_view uri,
                                        const FileIdentity& identity) const = 0;
  // Calls `visit` for each URI known that begins with `prefix`.
  virtual Result<void> each_known(std::string_view prefix,
                                  const std::function<void(std::string_view)>& visit) const = 0;
};

struct DirectorySourceOptions {
  std::string root;  // absolute, no link
  std::chrono::milliseconds settle{200};
  std::chrono::seconds crawl_interval{3600};
  std::size_t held_max = 1'000'000;  // settling paths; beyond it the tree is crawled instead
};

// One watched tree. Every file that is there when watching starts, or that comes or
// changes later, arrives at the sink; what the sink knows already does not.
//
// The watch is set before the first crawl, so nothing falls between them. Lost events
// lead to a crawl of everything. Files are delivered once they have been quiet for the
// settling time. Only regular files are delivered; no link is followed.
class DirectorySource {
 public:
  // kNotFound: no such folder. All references outlive the source.
  [[nodiscard]] static Result<std::unique_ptr<DirectorySource>> create(
      DirectorySourceOptions options, ArrivalSink& sink, const Clock& clock, Metrics& metrics,
      std::function<void(const Error&)> trouble);
  ~DirectorySource();

  // Watches until `stop`; called once, on a thread of its own.
  void run(const std::stop_token& stop);

  // Waits until everything written below the root before this call was delivered to
  // the sink. Proves it with a file of its own in the root, or by a crawl where the root
  // cannot be written to or not all of it is watched. False when `deadline` comes first.
  // Thread-safe.
  [[nodiscard]] bool flush(std::chrono::steady_clock::time_point deadline);

  // Has everything compared anew, soon: after a reload. A crawl under way does not count.
  // Thread-safe.
  void request_crawl() noexcept;

  [[nodiscard]] const std::string& root() const noexcept { return options_.root; }
  [[nodiscard]] std::string_view watched_by() const noexcept { return events_->name(); }
  // Whether files may be there that nobody was told of: until the first crawl is done, and
  // from lost events to the end of the crawl that follows. Thread-safe.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }
  // Whether something may happen below the root that only a crawl finds: the kernel has
  // no more watches, or watching ended. Thread-safe.
  [[nodiscard]] bool blind() const noexcept { return blind_; }

 private:
  DirectorySource(DirectorySourceOptions options, std::unique_ptr<FileEvents> events,
                  ArrivalSink& sink, const Clock& clock, Metrics& metrics,
                  std::function<void(const Error&)> trouble);

  void wait_for_events();
  void handle(const FileEvent& event);
  [[nodiscard]] std::string new_cookie() const;
  [[nodiscard]] bool is_cookie(const std::string& path) const;
  void take_cookie(const std::string& path);
  void hold(const std::string& path, std::chrono::milliseconds settle);
  void deliver_settled(bool everything);
  bool deliver(std::vector<std::string>& paths);
  void offer(const std::string& path, std::vector<std::string>& batch);
  void crawl(const std::string& folder);
  void crawl_all();
  void forget_vanished(const std::string& folder);
  void forget(const std::string& path);
  void pause_delivery();
  void answer_flushes();
  void report(const Result<void>& result) const;
  [[nodiscard]] std::chrono::milliseconds next_wait();
  [[nodiscard]] bool crawl_due();

  const DirectorySourceOptions options_;
  const std::unique_ptr<FileEvents> events_;
  ArrivalSink& sink_;
  const Clock& clock_;
  Metrics& metrics_;
  const std::function<void(const Error&)> trouble_;

  // The running thread's own.
  std::stop_token stop_;
  Settle settle_;
  std::chrono::steady_clock::time_point next_crawl_;
  std::chrono::steady_clock::time_point refused_until_;  // the sink is left alone so long

  std::atomic<bool> incomplete_{true};
  std::atomic<bool> crawl_wanted_{false};  // since the last crawl began
  std::atomic<bool> blind_{false};

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable flushed_;
  std::map<std::string, std::uint64_t> cookies_;  // flush numbers of cookies that lie about
  std::uint64_t flush_wanted_ = 0;                // number of the last flush asked for
  std::uint64_t flush_by_crawl_ = 0;              // the last that needs a crawl
  std::uint64_t flush_seen_ = 0;  // everything before this one is in settle_ or delivered
  std::uint64_t flush_done_ = 0;  // everything before this one is delivered
};

}  // namespace credence
