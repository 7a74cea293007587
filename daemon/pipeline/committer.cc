#include "daemon/pipeline/committer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace credence {

Committer::Committer(CommitterOptions options, VerdictStore& store, TrustTable& table,
                     std::function<void(const ArtifactCommit&)> committed,
                     std::function<void(const Error&)> trouble)
    : options_(options),
      store_(store),
      table_(table),
      committed_(std::move(committed)),
      trouble_(std::move(trouble)),
      thread_([this] { run(); }) {}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

bool Committer::submit(ArtifactCommit commit) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= options_.queue_max || stopping_) return false;
    queue_.push_back(std::move(commit));
  }
  changed_.notify_one();
  return true;
}

void Committer::run() {
  while (true) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty() || stopping_; });
    if (queue_.empty()) return;
    const auto count = std::min(queue_.size(), options_.batch_max);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    const std::vector<ArtifactCommit> batch(std::make_move_iterator(queue_.begin()),
                                            std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    lock.unlock();
    if (auto kept = store_.commit(batch); !kept) {
      trouble_(kept.error());
      continue;
    }
    for (const ArtifactCommit& commit : batch) {
      table_.apply(commit);
      committed_(commit);
    }
  }
}

}  // namespace credence
