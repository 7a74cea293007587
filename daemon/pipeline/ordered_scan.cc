#include "daemon/pipeline/ordered_scan.h"

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <unistd.h>

#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/scan_file.h"
#include "daemon/pipeline/tree_walk.h"
#include "scanners/extract/record_cut.h"

namespace credence {
namespace {

// What one thread scans at a time.
struct Task {
  std::string path;
  std::shared_ptr<const InputFile> file;       // null: to be opened by its path
  std::shared_ptr<const RecordBlocks> blocks;  // null: the file as a whole
  std::size_t block = 0;
};

// Hands out tasks in order and takes results back in any.
class Exchange {
 public:
  explicit Exchange(const OrderedScanOptions& options) : options_(options) {}

  // The finder's side. False when the scan was stopped.
  bool offer(Task task) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || waiting_.size() < options_.found_ahead; });
    if (stopped_) return false;
    waiting_.emplace(found_++, std::move(task));
    changed_.notify_all();
    return true;
  }
  void no_more() {
    const std::lock_guard lock(mutex_);
    complete_ = true;
    changed_.notify_all();
  }

  // The scanners' side: the next task, or nothing when there is no more. Waits while too
  // many results are ahead of the reporter.
  std::optional<std::pair<std::uint64_t, Task>> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      if (stopped_ || waiting_.empty()) return stopped_ || complete_;
      const auto& [index, task] = *waiting_.begin();
      return index < reported_ + (task.blocks ? options_.window_blocks : options_.window);
    });
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
  const OrderedScanOptions& options_;
  std::mutex mutex_;  // guards everything below
  std::condition_variable changed_;
  std::map<std::uint64_t, Task> waiting_;
  std::map<std::uint64_t, ScannedFile> done_;
  std::uint64_t found_ = 0;
  std::uint64_t reported_ = 0;
  bool complete_ = false;
  bool stopped_ = false;
};

// Finds what is to be scanned, in order.
class Finder {
 public:
  Finder(const OrderedScanOptions& options, Exchange& exchange, ScanProgress& progress)
      : options_(options), exchange_(exchange), progress_(progress) {}

  void find(const std::string& root) {
    if (root == kStandardInput) {
      find_standard_input();
      return;
    }
    const auto walked = walk_files(
        root, [&](const std::string& path) { return find_file(path); },
        [&](const Error& error) { troubles_.push_back(error); });
    if (!walked) troubles_.push_back(walked.error());
  }

  [[nodiscard]] std::vector<Error> take_troubles() { return std::move(troubles_); }

 private:
  void find_standard_input() {
    auto file = InputFile::spool(STDIN_FILENO, "standard input");
    if (!file) {
      troubles_.push_back(std::move(file).error());
      return;
    }
    auto shared = std::make_shared<const InputFile>(*std::move(file));
    ++progress_.files_found;
    if (const auto blocks = blocks_of(*shared, kStandardInput)) {
      offer_blocks(std::string(kStandardInput), std::move(shared), blocks);
    } else {
      exchange_.offer({std::string(kStandardInput), std::move(shared), nullptr, 0});
    }
  }

  bool find_file(const std::string& path) {
    ++progress_.files_found;
    if (!options_.records.text_field.empty()) {
      auto file = InputFile::open(path);  // whoever scans it tells what is wrong
      const auto blocks = file ? blocks_of(*file, path) : nullptr;
      if (blocks) {
        return offer_blocks(path, std::make_shared<const InputFile>(*std::move(file)), blocks);
      }
    }
    return exchange_.offer({path, nullptr, nullptr, 0});
  }

  std::shared_ptr<const RecordBlocks> blocks_of(const InputFile& file, std::string_view name) {
    if (options_.records.text_field.empty()) return nullptr;
    auto blocks = RecordBlocks::of(file, name, options_.block_sizes);
    if (!blocks || !blocks->has_value()) return nullptr;
    return std::make_shared<const RecordBlocks>(std::move(**blocks));
  }

  bool offer_blocks(const std::string& path, std::shared_ptr<const InputFile> file,
                    const std::shared_ptr<const RecordBlocks>& blocks) {
    for (std::size_t i = 0; i < blocks->blocks().size(); ++i) {
      if (!exchange_.offer({path, file, blocks, i})) return false;
    }
    return true;
  }

  const OrderedScanOptions& options_;
  Exchange& exchange_;
  ScanProgress& progress_;
  std::vector<Error> troubles_;
};

std::string_view name_of(std::string_view path) {
  return path == kStandardInput ? std::string_view() : last_part(path);
}

bool is_file_of_records(MediaKind kind) { return has_rows(kind) || kind == MediaKind::kJson; }

// Scans tasks; one to a thread.
class TaskScanner {
 public:
  TaskScanner(const OrderedScanOptions& options, ScanService& service)
      : options_(options), service_(service) {}

  ScannedFile scan(Task& task) {
    ScannedFile file;
    file.path = std::move(task.path);
    TextPart part;
    if (task.blocks) {
      part = scan_one_block(task, file);
    } else if (task.file) {
      file.outcome =
          scan_open_file(*task.file, name_of(file.path), options_.records, service_, buffer_);
      part.text = buffer_.view().text();
    } else {
      file.outcome = scan_file(file.path, options_.records, service_, buffer_, file.identity);
      part.text = buffer_.view().text();
    }
    if (options_.lines) file.lines = line_spans(part, file.outcome.report);
    if (!options_.records.text_field.empty() && is_file_of_records(file.outcome.report.kind)) {
      file.by_record = true;
      file.remainder = outside_records(file.outcome, service_.snapshot()->policy);
    }
    return file;
  }

 private:
  TextPart scan_one_block(const Task& task, ScannedFile& file) {
    const auto& all = task.blocks->blocks();
    const RecordBlocks::Block& block = all[task.block];
    file.outcome = scan_block(*task.file, name_of(file.path), *task.blocks, block, options_.records,
                              service_, buffer_);
    if (file.path != kStandardInput) file.identity = task.file->identity();
    file.first = task.block == 0;
    file.last = task.block + 1 == all.size();
    const auto header = static_cast<std::size_t>(task.blocks->header_size(block));
    return {buffer_.view().subview(header).text(), block.begin, block.lines_before};
  }

  const OrderedScanOptions& options_;
  ScanService& service_;
  PaddedBuffer buffer_;
};

void scan_all(Exchange& exchange, const OrderedScanOptions& options, ScanService& service,
              ScanProgress& progress) {
  TaskScanner scanner(options, service);
  while (auto item = exchange.take()) {
    ScannedFile file = scanner.scan(item->second);
    progress.bytes_done += file.outcome.report.size;
    progress.files_done += file.last ? 1U : 0U;
    exchange.deliver(item->first, std::move(file));
  }
}

}  // namespace

std::string ScannedFile::uri() const { return path == kStandardInput ? path : file_uri(path); }

std::vector<Error> ordered_scan(const std::vector<std::string>& roots,
                                const OrderedScanOptions& options, ScanService& service,
                                ScanProgress& progress,
                                const std::function<bool(ScannedFile&)>& report) {
  Exchange exchange(options);
  std::vector<Error> troubles;
  {
    std::jthread finding([&] {
      Finder finder(options, exchange, progress);
      for (const std::string& root : roots) finder.find(root);
      troubles = finder.take_troubles();
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
