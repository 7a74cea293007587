#include "daemon/pipeline/ordered_scan.h"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "config/policy/judge.h"
#include "daemon/pipeline/scan_file.h"
#include "daemon/pipeline/tree_walk.h"

namespace credence {
namespace {

// Hands out paths in order and takes results back in any.
class Exchange {
 public:
  explicit Exchange(std::size_t window) : window_(window) {}

  // The finder's side. False when the scan was stopped.
  bool offer(std::string path) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || found_ < reported_ + window_; });
    if (stopped_) return false;
    waiting_.emplace(found_++, std::move(path));
    changed_.notify_all();
    return true;
  }
  void no_more() {
    const std::lock_guard lock(mutex_);
    complete_ = true;
    changed_.notify_all();
  }

  // The scanners' side: the next path, or nothing when there is no more.
  std::optional<std::pair<std::uint64_t, std::string>> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || complete_ || !waiting_.empty(); });
    if (stopped_ || waiting_.empty()) return std::nullopt;
    auto node = waiting_.extract(waiting_.begin());
    return std::pair(node.key(), std::move(node.mapped()));
  }
  void deliver(std::uint64_t index, ScannedFile file) {
    const std::lock_guard lock(mutex_);
    done_.emplace(index, std::move(file));
    changed_.notify_all();
  }

  // The reporter's side: the next result in order, or nothing at the end.
  std::optional<ScannedFile> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return done_.contains(reported_) || (complete_ && reported_ == found_); });
    const auto it = done_.find(reported_);
    if (it == done_.end()) return std::nullopt;
    ScannedFile file = std::move(it->second);
    done_.erase(it);
    ++reported_;
    changed_.notify_all();
    return file;
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const std::size_t window_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::map<std::uint64_t, std::string> waiting_;
  std::map<std::uint64_t, ScannedFile> done_;
  std::uint64_t found_ = 0;
  std::uint64_t reported_ = 0;
  bool complete_ = false;
  bool stopped_ = false;
};

void scan_all(Exchange& exchange, const OrderedScanOptions& options, ScanService& service,
              ScanProgress& progress) {
  PaddedBuffer buffer;
  while (auto item = exchange.take()) {
    ScannedFile file;
    file.path = std::move(item->second);
    file.outcome = scan_file(file.path, options.records, service, buffer, file.identity);
    progress.bytes_done += file.outcome.report.size;
    ++progress.files_done;
    exchange.deliver(item->first, std::move(file));
  }
}

}  // namespace

std::vector<Error> ordered_scan(const std::vector<std::string>& roots,
                                const OrderedScanOptions& options, ScanService& service,
                                ScanProgress& progress,
                                const std::function<bool(ScannedFile&)>& report) {
  Exchange exchange(options.window);
  std::vector<Error> troubles;
  {
    std::jthread finder([&] {
      for (const std::string& root : roots) {
        const auto walked = walk_files(
            root,
            [&](const std::string& path) {
              ++progress.files_found;
              return exchange.offer(path);
            },
            [&](const Error& error) { troubles.push_back(error); });
        if (!walked) troubles.push_back(walked.error());
      }
      progress.found_all = true;
      exchange.no_more();
    });
    std::vector<std::jthread> scanners;
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
      scanners.emplace_back([&] { scan_all(exchange, options, service, progress); });
    }
    while (auto file = exchange.next()) {
      if (report(*file)) continue;
      exchange.stop();
      break;
    }
  }
  return troubles;
}

}  // namespace credence
