#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "index/record/verdict_record.h"
#include "index/store/key_value.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

// The ends of the store's two sequences, and what is queued.
struct StoreTail {
  std::uint64_t audit_next = 1;
  Digest audit_last;  // of the encoded entry audit_next - 1
  std::uint64_t queue_next = 1;
  std::uint64_t queued = 0;
};

// The writes of one group as they are put together: reads see what earlier
// members of the group wrote.
class Transaction {
 public:
  Transaction(const KeyValue& base, KeyValue::Batch& batch, StoreTail tail, DigestFunction digest)
      : base_(base), batch_(batch), tail_(tail), digest_(digest) {}

  [[nodiscard]] Result<std::optional<std::string>> get(Family family, std::string_view key) const;
  void put(Family family, std::string_view key, std::string_view value);
  void erase(Family family, std::string_view key);

  // Appends to the audit chain; sequence and previous are filled in.
  void audit(AuditEntry entry);

  [[nodiscard]] StoreTail& tail() noexcept { return tail_; }
  [[nodiscard]] std::size_t size_bytes() const { return batch_.size_bytes(); }

 private:
  const KeyValue& base_;
  KeyValue::Batch& batch_;
  StoreTail tail_;
  DigestFunction digest_;
  std::unordered_map<std::string, std::optional<std::string>> written_;  // family + key
};

// Merges concurrent writers into one batch and one sync, with no thread of its
// own: the first writer in line leads, the others wait for it (the scheme of
// LevelDB's DBImpl::Write).
class GroupWriter {
 public:
  // Adds its writes to a transaction. Reads first: on an Error it has written
  // nothing, and the others of its group are not affected.
  using Operation = std::function<Result<void>(Transaction&)>;

  GroupWriter(KeyValue& base, StoreTail tail, DigestFunction digest)
      : base_(base), digest_(digest), tail_(tail) {}

  // Returns when the operation is durable or has failed.
  Result<void> run(const Operation& operation);

  [[nodiscard]] StoreTail tail() const;

 private:
  struct Waiter {
    const Operation& operation;
    Result<void> result;
    bool done = false;
  };

  // Called by the leader, without the lock. Sets the results of line_[0..size).
  void write_group(const std::deque<Waiter*>& group);

  static constexpr std::size_t kGroupBytesMax = 16U << 20;
  static constexpr std::size_t kGroupSizeMax = 4096;

  KeyValue& base_;
  const DigestFunction digest_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiter*> line_;  // guarded by mutex_; the first is the leader
  StoreTail tail_;            // written by the leader under mutex_
};

}  // namespace credence
