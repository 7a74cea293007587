#include "daemon/sources/directory_source.h"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/tree_walk.h"
#include "daemon/pipeline/unique_fd.h"

namespace credence {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kCookiePrefix = ".credence-sync-";
constexpr std::size_t kBatch = 1000;
constexpr milliseconds kWaitMax{500};
constexpr milliseconds kRefusedPause{500};
// A file that was created and not closed may be written for long; its closing is an
// event of its own, which replaces this.
constexpr int kCreatedSettleFactor = 10;

}  // namespace

Result<std::unique_ptr<DirectorySource>> DirectorySource::create(
    DirectorySourceOptions options, ArrivalSink& sink, const Clock& clock, Metrics& metrics,
    std::function<void(const Error&)> trouble) {
  char* real = ::realpath(options.root.c_str(), nullptr);
  if (real == nullptr) {
    return Error(ErrorCode::kNotFound, "cannot watch " + options.root + ": no such folder");
  }
  options.root = real;
  std::free(real);  // NOLINT: realpath allocates with malloc
  auto events = watch_tree(options.root);
  if (!events) return std::move(events).error();
  return std::unique_ptr<DirectorySource>(new DirectorySource(
      std::move(options), std::move(*events), sink, clock, metrics, std::move(trouble)));
}

DirectorySource::DirectorySource(DirectorySourceOptions options, std::unique_ptr<FileEvents> events,
                                 ArrivalSink& sink, const Clock& clock, Metrics& metrics,
                                 std::function<void(const Error&)> trouble)
    : options_(std::move(options)),
      events_(std::move(events)),
      sink_(sink),
      clock_(clock),
      metrics_(metrics),
      trouble_(std::move(trouble)) {}

DirectorySource::~DirectorySource() = default;

void DirectorySource::run(const std::stop_token& stop) {
  stop_ = stop;
  while (!stop_.stop_requested()) {
    if (crawl_due()) crawl_all();
    wait_for_events();
    deliver_settled(false);
    answer_flushes();
  }
}

void DirectorySource::wait_for_events() {
  std::vector<FileEvent> events;
  if (auto waited = events_->wait(next_wait(), events); !waited) {
    // Watching has ended; the crawl goes on.
    if (!blind_) report(waited);
    blind_ = true;
    std::this_thread::sleep_for(kWaitMax);
    return;
  }
  metrics_.add(MetricId::kWatchEvents, events.size());
  for (const FileEvent& event : events) handle(event);
  blind_ = events_->unwatched_folders() > 0;
  if (!blind_) return;
  // Cookies that lie about may be among what is not seen.
  const std::lock_guard lock(mutex_);
  if (!cookies_.empty()) flush_by_crawl_ = flush_wanted_;
}

void DirectorySource::handle(const FileEvent& event) {
  switch (event.kind) {
    case FileEvent::Kind::kChanged:
      if (is_cookie(event.path)) return take_cookie(event.path);
      return hold(event.path, options_.settle);
    case FileEvent::Kind::kCreated:
      if (is_cookie(event.path)) return;
      return hold(event.path, kCreatedSettleFactor * options_.settle);
    case FileEvent::Kind::kGone:
      if (!is_cookie(event.path)) forget(event.path);
      return;
    case FileEvent::Kind::kFolder: return crawl(event.path);
    case FileEvent::Kind::kFolderGone: return forget_vanished(event.path);
    case FileEvent::Kind::kLost:
      metrics_.add(MetricId::kWatchOverflows);
      incomplete_ = true;
      return;
  }
}

void DirectorySource::hold(const std::string& path, milliseconds settle) {
  if (settle_.size() >= options_.held_max) {
    settle_.clear();
    incomplete_ = true;
    return;
  }
  // Closing a file ends the long wait that its creation began.
  settle_.forget(path);
  settle_.hold(path, clock_.now() + settle);
}

// Delivers what has been quiet for long enough, or everything that is held.
void DirectorySource::deliver_settled(bool everything) {
  const auto now = everything ? Settle::Time::max() : clock_.now();
  while (!stop_.stop_requested() && clock_.now() >= refused_until_) {
    std::vector<std::string> paths = settle_.take(now, kBatch);
    if (paths.empty()) return;
    std::vector<std::string> batch;
    for (const std::string& path : paths) offer(path, batch);
    if (deliver(batch)) continue;
    pause_delivery();
    for (std::string& path : paths) settle_.hold(std::move(path), refused_until_);
  }
}

// Puts a file's URI into `batch` when its verdict is not known.
void DirectorySource::offer(const std::string& path, std::vector<std::string>& batch) {
  const auto identity = file_identity(path);
  std::string uri = file_uri(path);
  if (!identity && identity.error().code() == ErrorCode::kNotFound) return forget(path);
  if (!identity && identity.error().code() == ErrorCode::kUnsupported) return;
  if (identity && sink_.is_current(uri, *identity)) return;
  batch.push_back(std::move(uri));
}

bool DirectorySource::deliver(std::vector<std::string>& batch) {
  if (batch.empty()) return true;
  const auto taken = sink_.arrived(batch);
  report(taken);
  if (taken) batch.clear();
  return taken.ok();
}

bool DirectorySource::crawl_due() {
  const auto now = clock_.now();
  if (now < refused_until_) return false;
  if (incomplete_ || crawl_wanted_ || now >= next_crawl_) return true;
  const std::lock_guard lock(mutex_);
  return flush_by_crawl_ > flush_seen_;
}

void DirectorySource::crawl_all() {
  crawl_wanted_ = false;
  metrics_.add(MetricId::kWatchCrawls);
  std::uint64_t flushes = 0;
  {
    const std::lock_guard lock(mutex_);
    flushes = flush_by_crawl_;
  }
  crawl(options_.root);
  forget_vanished(options_.root);
  if (stop_.stop_requested()) return;
  next_crawl_ = clock_.now() + options_.crawl_interval;
  incomplete_ = false;
  const std::lock_guard lock(mutex_);
  flush_seen_ = std::max(flush_seen_, flushes);
}

void DirectorySource::crawl(const std::string& folder) {
  std::vector<std::string> batch;
  const auto flush_batch = [&] {
    while (!deliver(batch) && !stop_.stop_requested()) std::this_thread::sleep_for(kRefusedPause);
  };
  const auto walked = walk_files(
      folder,
      [&](const std::string& path) {
        if (!is_cookie(path)) offer(path, batch);
        if (batch.size() >= kBatch) flush_batch();
        return !stop_.stop_requested();
      },
      trouble_);
  flush_batch();
  if (!walked && walked.error().code() != ErrorCode::kNotFound) report(walked);
}

// Forgets the files below `folder` that were known and are not there any more.
void DirectorySource::forget_vanished(const std::string& folder) {
  std::vector<std::string> vanished;
  std::string prefix = file_uri(folder);
  if (!prefix.ends_with('/')) prefix += '/';
  report(sink_.each_known(prefix, [&](std::string_view uri) {
    const auto path = path_of_file_uri(uri);
    if (!path) return;
    const auto identity = file_identity(*path);
    if (!identity && identity.error().code() == ErrorCode::kNotFound) vanished.push_back(*path);
  }));
  for (const std::string& path : vanished) forget(path);
}

void DirectorySource::forget(const std::string& path) {
  // The name may have come back since the event.
  if (const auto identity = file_identity(path); identity) return hold(path, options_.settle);
  settle_.forget(path);
  const auto forgotten = sink_.gone(file_uri(path));
  if (forgotten) return;
  report(forgotten);
  pause_delivery();
  crawl_wanted_ = true;  // which finds again that it is gone
}

void DirectorySource::pause_delivery() { refused_until_ = clock_.now() + kRefusedPause; }

// A cookie is a file of ours in the root, under a name that nobody can guess.
bool DirectorySource::is_cookie(const std::string& path) const {
  const std::lock_guard lock(mutex_);
  return cookies_.contains(path);
}

std::string DirectorySource::new_cookie() const {
  std::random_device random;
  const std::uint64_t nonce = std::uint64_t{random()} << 32 | random();
  const std::string folder = options_.root == "/" ? "" : options_.root;
  return folder + "/" + std::string(kCookiePrefix) + std::to_string(nonce);
}

void DirectorySource::take_cookie(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const auto cookie = cookies_.find(path);
  if (cookie != cookies_.end()) flush_seen_ = std::max(flush_seen_, cookie->second);
}

void DirectorySource::answer_flushes() {
  std::uint64_t seen = 0;
  {
    const std::lock_guard lock(mutex_);
    if (flush_seen_ <= flush_done_) return;
    seen = flush_seen_;
  }
  deliver_settled(true);
  if (settle_.size() > 0 || incomplete_ || crawl_wanted_) return;  // refused or lost: not yet
  const std::lock_guard lock(mutex_);
  flush_done_ = std::max(flush_done_, seen);
  flushed_.notify_all();
}

bool DirectorySource::flush(std::chrono::steady_clock::time_point deadline) {
  const std::string cookie = new_cookie();
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++flush_wanted_;
    cookies_.emplace(cookie, number);
  }
  UniqueFd file(::open(cookie.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  const bool written = file.get() >= 0;
  file.reset();  // closing it is the event
  std::unique_lock lock(mutex_);
  if (!written || blind_) flush_by_crawl_ = std::max(flush_by_crawl_, number);
  const bool done = flushed_.wait_until(lock, deadline, [&] { return flush_done_ >= number; });
  lock.unlock();
  if (written) ::unlink(cookie.c_str());
  lock.lock();
  cookies_.erase(cookie);
  return done;
}

void DirectorySource::request_crawl() noexcept { crawl_wanted_ = true; }

milliseconds DirectorySource::next_wait() {
  const auto now = clock_.now();
  const auto next = std::max(std::min(settle_.next(), next_crawl_), refused_until_);
  if (next <= now) return milliseconds(0);
  return std::min(kWaitMax, std::chrono::duration_cast<milliseconds>(next - now) + milliseconds(1));
}

void DirectorySource::report(const Result<void>& result) const {
  if (!result && trouble_) trouble_(result.error());
}

}  // namespace credence
