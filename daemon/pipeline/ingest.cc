#include "daemon/pipeline/ingest.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/scan_file.h"

namespace credence {
namespace {

constexpr std::string_view kActor = "credenced";

// Gaps that another try may close.
bool may_pass(CoverageReason reason) {
  return reason == CoverageReason::kWorkerCrashed || reason == CoverageReason::kWorkerTimeout ||
         reason == CoverageReason::kChanged;
}

}  // namespace

Ingest::Ingest(IngestOptions options, VerdictStore& store, TrustTable& table, ScanService& service,
               IngestEvents events)
    : options_(options),
      store_(store),
      table_(table),
      service_(service),
      events_(std::move(events)) {}

Ingest::~Ingest() { stop(); }

void Ingest::start() {
  const auto loaded = store_.each_work([&](const WorkItem& item) {
    open_.insert(item.sequence);
    return true;
  });
  if (!loaded) report(loaded.error());
  report_depth();
  for (unsigned i = 0; i < std::max(1U, options_.scan_threads); ++i) {
    scanners_.emplace_back([this] { scan_loop(); });
  }
  committer_ = std::jthread([this] { commit_loop(); });
}

void Ingest::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  scanners_.clear();  // joins; the committer takes what they finished
  if (committer_.joinable()) {
    changed_.notify_all();
    committer_.join();
  }
}

Result<void> Ingest::arrived(std::span<const std::string> uris) {
  if (uris.empty()) return {};
  {
    const std::lock_guard books(books_mutex_);
    const auto sequences = store_.enqueue(uris);
    if (!sequences) return note(sequences.error());
    const std::lock_guard lock(mutex_);
    healthy_ = true;
    for (const std::uint64_t sequence : *sequences) {
      open_.insert(sequence);
      if (working_.contains(sequence)) again_.insert(sequence);
    }
  }
  changed_.notify_all();
  report_depth();
  return {};
}

Result<void> Ingest::gone(std::string_view uri) {
  const std::lock_guard books(books_mutex_);
  {
    // Its scan would bring the name back.
    const std::lock_guard lock(mutex_);
    for (const auto& [sequence, name] : working_) {
      if (name == uri) again_.insert(sequence);
    }
  }
  return forget(uri);
}

Result<void> Ingest::forget(std::string_view uri) {
  // Most names that go were never known: temporary files.
  const auto known = store_.uri(uri);
  if (known && !known->has_value()) return {};
  if (auto forgotten = note(store_.forget_uri(uri)); !forgotten) return forgotten;
  table_.forget_uri(uri);
  return {};
}

bool Ingest::is_current(std::string_view uri, const FileIdentity& identity) const {
  const auto known = store_.uri(uri);
  if (!known || !known->has_value() || (*known)->identity != identity) return false;
  const auto entry = table_.find((*known)->digest);
  if (entry) {
    return !table_.is_stale(*entry) &&
           (!options_.moves_bad || entry->disposition < Disposition::kQuarantine);
  }
  // Committed, and on its way to the table.
  const auto stored = store_.verdict((*known)->digest);
  return stored && stored->has_value() && !options_.moves_bad &&
         (*stored)->engine == service_.snapshot()->digest;
}

bool Ingest::wait_until_done(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  if (open_.empty()) return true;
  const std::uint64_t last = *open_.rbegin();
  return changed_.wait_until(lock, deadline,
                             [&] { return open_.empty() || *open_.begin() > last; });
}

std::size_t Ingest::pending() const {
  const std::lock_guard lock(mutex_);
  return open_.size();
}

bool Ingest::healthy() const {
  const std::lock_guard lock(mutex_);
  return healthy_;
}

void Ingest::scan_loop() {
  PaddedBuffer buffer;
  while (auto item = take()) process(*item, buffer);
}

// The next item, or nothing once the threads are to end. Scanners wait while more is
// finished than the committer has taken.
std::optional<WorkItem> Ingest::take() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool room = finished_.size() < 2 * options_.batch_max;
    if (room && waiting_.empty() && !refilling_ && open_.size() > held_.size()) refill(lock);
    if (room && !waiting_.empty()) {
      WorkItem item = std::move(waiting_.front());
      waiting_.pop_front();
      working_.emplace(item.sequence, item.uri);
      return item;
    }
    if (stopping_) break;
    changed_.wait(lock);
  }
  return std::nullopt;
}

// Reads the next items from the store's queue. Those held already stand at its front,
// and there are never more of them than the window and the commit backlog.
void Ingest::refill(std::unique_lock<std::mutex>& lock) {
  refilling_ = true;
  const std::set<std::uint64_t> held = held_;
  lock.unlock();
  std::vector<WorkItem> items;
  const auto read = store_.each_work([&](const WorkItem& item) {
    if (!held.contains(item.sequence)) items.push_back(item);
    return items.size() < options_.window;
  });
  if (!read) report(read.error());
  lock.lock();
  for (WorkItem& item : items) {
    // Finished between the look at the books and the read.
    if (!open_.contains(item.sequence) || !held_.insert(item.sequence).second) continue;
    waiting_.push_back(std::move(item));
  }
  refilling_ = false;
  if (!read) changed_.wait_for(lock, options_.retry, [&] { return stopping_; });
  if (!waiting_.empty()) changed_.notify_all();
}

void Ingest::process(const WorkItem& item, PaddedBuffer& buffer) {
  const auto path = path_of_file_uri(item.uri);
  if (!path) return drop(item);
  const auto now = file_identity(*path);
  if (!now && now.error().code() != ErrorCode::kPermissionDenied) return drop(item);
  // A source that was told while the verdict was on its way asks twice.
  if (now && is_current(item.uri, *now)) return drop(item, Keep::kUri);
  FileIdentity identity;
  const ScanOutcome outcome = scan_file(*path, {}, service_, buffer, identity);
  if (try_again(item, outcome)) return;
  if (outcome.digest == Digest{}) {
    // No verdict, so queries miss and are denied; the next crawl tries again.
    report(Error(ErrorCode::kPermissionDenied, outcome.report.notes.front().detail));
    return drop(item);
  }

  ArtifactCommit commit = to_commit(outcome, kActor);
  commit.uri = item.uri;
  commit.identity = identity;
  commit.work_sequence = item.sequence;
  {
    const std::lock_guard lock(mutex_);
    finished_.push_back(std::move(commit));
  }
  changed_.notify_all();
}

bool Ingest::try_again(const WorkItem& item, const ScanOutcome& outcome) {
  const auto& notes = outcome.report.notes;
  const auto it = std::find_if(notes.begin(), notes.end(),
                               [](const CoverageNote& note) { return may_pass(note.reason); });
  if (it == notes.end()) return false;
  const auto attempts = store_.count_attempt(item.sequence);
  if (!attempts || *attempts >= options_.attempts_max) {
    report(Error(ErrorCode::kUnavailable,
                 item.uri + ": " + std::string(to_string(it->reason)) + ", giving up"));
    return false;
  }
  put_back(item);
  return true;
}

// Nothing to judge: the file is gone, or is none, or has its verdict.
void Ingest::drop(const WorkItem& item, Keep keep) {
  Result<void> removed;
  {
    const std::lock_guard books(books_mutex_);
    bool came_back = false;
    {
      const std::lock_guard lock(mutex_);
      came_back = again_.contains(item.sequence);
    }
    if (came_back) return put_back(item);
    removed = remove(item, keep);
  }
  if (removed) {
    {
      const std::lock_guard lock(mutex_);
      open_.erase(item.sequence);
      end_work(item.sequence);
    }
    changed_.notify_all();
    return report_depth();
  }
  report(removed.error());
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, options_.retry, [&] { return stopping_; });
  }
  put_back(item);
}

Result<void> Ingest::remove(const WorkItem& item, Keep keep) {
  if (keep == Keep::kNothing) {
    if (auto forgotten = forget(item.uri); !forgotten) return forgotten;
  }
  return note(store_.drop_work(item.sequence));
}

// Another scan, after those that wait.
void Ingest::put_back(const WorkItem& item) {
  {
    const std::lock_guard lock(mutex_);
    working_.erase(item.sequence);
    again_.erase(item.sequence);
    waiting_.push_back(item);
  }
  changed_.notify_all();
}

void Ingest::end_work(std::uint64_t sequence) {
  held_.erase(sequence);
  working_.erase(sequence);
  again_.erase(sequence);
}

void Ingest::commit_loop() {
  while (true) {
    std::vector<ArtifactCommit> batch = next_batch();
    if (batch.empty()) return;
    commit(batch);
  }
}

// Waits for finished scans; empty once stopped and drained.
std::vector<ArtifactCommit> Ingest::next_batch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !finished_.empty() || (stopping_ && working_.empty()); });
  const auto count = std::min(finished_.size(), options_.batch_max);
  const auto end = finished_.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<ArtifactCommit> batch(std::make_move_iterator(finished_.begin()),
                                    std::make_move_iterator(end));
  finished_.erase(finished_.begin(), end);
  lock.unlock();
  changed_.notify_all();
  return batch;
}

// Keeps a batch, trying until the store takes it or the daemon stops; in the latter case
// the items are still in the store's queue.
void Ingest::commit(std::vector<ArtifactCommit>& batch) {
  std::vector<std::uint64_t> sequences;
  for (const ArtifactCommit& commit : batch) sequences.push_back(commit.work_sequence);
  while (true) {
    const auto kept = keep(batch, sequences);
    if (kept) break;
    report(kept.error());
    if (kept.error().code() == ErrorCode::kInvalidArgument) return refuse(batch, sequences);
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, options_.retry, [&] { return stopping_; })) continue;
    for (const std::uint64_t sequence : sequences) working_.erase(sequence);
    return;
  }
  // The table and listeners follow the durable commit; only then is an item done for
  // those who wait for it.
  for (const ArtifactCommit& commit : batch) {
    table_.apply(commit);
    if (events_.committed) events_.committed(commit);
  }
  {
    const std::lock_guard lock(mutex_);
    for (const ArtifactCommit& commit : batch) {
      if (commit.work_sequence == 0) continue;
      open_.erase(commit.work_sequence);
      end_work(commit.work_sequence);
    }
  }
  changed_.notify_all();
  report_depth();
}

// The store will never take one of these: the others are kept without it.
void Ingest::refuse(std::vector<ArtifactCommit>& batch,
                    const std::vector<std::uint64_t>& sequences) {
  if (batch.size() == 1) return drop({sequences.front(), batch.front().uri, 0});
  for (std::size_t i = 0; i < batch.size(); ++i) {
    std::vector<ArtifactCommit> single;
    single.push_back(std::move(batch[i]));
    single.front().work_sequence = sequences[i];
    commit(single);
  }
}

// One try. `sequences` are those of the batch's items; what changed or went while it was
// scanned stays in the queue, is put back, and has no sequence in the batch afterwards.
Result<void> Ingest::keep(std::vector<ArtifactCommit>& batch,
                          const std::vector<std::uint64_t>& sequences) {
  const std::lock_guard books(books_mutex_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].work_sequence = sequences[i];
    const bool told = [&] {
      const std::lock_guard lock(mutex_);
      return again_.contains(sequences[i]);
    }();
    if (told && !is_still_so(batch[i])) batch[i].work_sequence = 0;
  }
  if (auto kept = note(store_.commit(batch)); !kept) return kept;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].work_sequence == 0) put_back({sequences[i], batch[i].uri, 0});
  }
  return {};
}

// Whether the file is as it was scanned, and would be judged by the same engine: a crawl
// or a second event found nothing new.
bool Ingest::is_still_so(const ArtifactCommit& commit) const {
  const auto path = path_of_file_uri(commit.uri);
  const auto identity =
      path ? file_identity(*path) : Result<FileIdentity>(Error(ErrorCode::kNotFound, {}));
  return identity && *identity == commit.identity &&
         commit.verdict.engine == service_.snapshot()->digest;
}

// Remembers whether the store took a write.
Result<void> Ingest::note(Result<void> written) {
  const std::lock_guard lock(mutex_);
  healthy_ = written.ok();
  return written;
}

void Ingest::report_depth() const {
  if (events_.depth) events_.depth(pending());
}

void Ingest::report(const Error& error) const {
  if (events_.trouble) events_.trouble(error);
}

}  // namespace credence
