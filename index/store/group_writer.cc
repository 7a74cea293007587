#include "index/store/group_writer.h"

#include <algorithm>
#include <span>
#include <utility>

#include "index/store/keys.h"

namespace credence {
namespace {

// Families in which a writer reads what an earlier one of its group wrote.
bool is_read_back(Family family) noexcept {
  return family == Family::kVerdicts || family == Family::kQueue;
}

std::string tagged(Family family, std::string_view key) {
  std::string out(1, static_cast<char>(family));
  out += key;
  return out;
}

}  // namespace

Result<std::optional<std::string>> Transaction::get(Family family, std::string_view key) const {
  CREDENCE_CHECK(is_read_back(family));
  const auto found = written_.find(tagged(family, key));
  if (found != written_.end()) return found->second;
  return base_.get(family, key);
}

void Transaction::put(Family family, std::string_view key, std::string_view value) {
  batch_.put(family, key, value);
  if (is_read_back(family)) written_.insert_or_assign(tagged(family, key), std::string(value));
}

void Transaction::erase(Family family, std::string_view key) {
  batch_.erase(family, key);
  if (is_read_back(family)) written_.insert_or_assign(tagged(family, key), std::nullopt);
}

void Transaction::audit(AuditEntry entry) {
  entry.sequence = tail_.audit_next++;
  entry.previous = tail_.audit_last;
  const std::string bytes = encode(entry);
  batch_.put(Family::kAudit, sequence_key(entry.sequence), bytes);
  tail_.audit_last = digest_(std::as_bytes(std::span(bytes)));
}

Result<void> GroupWriter::run(const Operation& operation) {
  Waiter waiter{.operation = operation, .result = {}, .done = false};
  std::unique_lock lock(mutex_);
  line_.push_back(&waiter);
  changed_.wait(lock, [&] { return waiter.done || line_.front() == &waiter; });
  if (waiter.done) return std::move(waiter.result);

  // The members stay in line while the group is written, so nobody else leads.
  const std::size_t size = std::min(line_.size(), kGroupSizeMax);
  std::deque<Waiter*> group(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(size));
  lock.unlock();
  write_group(group);
  lock.lock();
  // A prefix of the group is done: the rest was too large for one batch.
  while (!line_.empty() && line_.front()->done) line_.pop_front();
  lock.unlock();
  changed_.notify_all();
  return std::move(waiter.result);
}

void GroupWriter::write_group(const std::deque<Waiter*>& group) {
  const auto batch = base_.make_batch();
  Transaction transaction(base_, *batch, tail_, digest_);
  std::size_t taken = 0;
  bool any = false;
  for (Waiter* waiter : group) {
    if (taken > 0 && transaction.size_bytes() > kGroupBytesMax) break;
    waiter->result = waiter->operation(transaction);
    any = any || waiter->result.ok();
    ++taken;
  }
  const Result<void> written = any ? base_.write(*batch) : Result<void>();
  const std::lock_guard lock(mutex_);
  if (any && written.ok()) tail_ = transaction.tail();
  for (std::size_t i = 0; i < taken; ++i) {
    if (group[i]->result.ok()) group[i]->result = written;
    group[i]->done = true;
  }
}

StoreTail GroupWriter::tail() const {
  const std::lock_guard lock(mutex_);
  return tail_;
}

}  // namespace credence
