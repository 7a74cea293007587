#include "index/store/memory_store.h"

#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

#include "index/store/keyed_store.h"

namespace credence {
namespace {

class MemoryBatch final : public KeyValue::Batch {
 public:
  struct Change {
    Family family;
    std::string key;
    std::optional<std::string> value;  // none: erased
  };

  void put(Family family, std::string_view key, std::string_view value) override {
    size_bytes_ += key.size() + value.size();
    changes_.push_back({family, std::string(key), std::string(value)});
  }
  void erase(Family family, std::string_view key) override {
    size_bytes_ += key.size();
    changes_.push_back({family, std::string(key), std::nullopt});
  }
  [[nodiscard]] std::size_t size_bytes() const override { return size_bytes_; }
  [[nodiscard]] std::vector<Change>& changes() noexcept { return changes_; }

 private:
  std::vector<Change> changes_;
  std::size_t size_bytes_ = 0;
};

class MemoryKeyValue final : public KeyValue {
 public:
  [[nodiscard]] std::unique_ptr<Batch> make_batch() const override {
    return std::make_unique<MemoryBatch>();
  }

  Result<void> write(Batch& batch) override {
    const std::unique_lock lock(mutex_);
    for (auto& change : static_cast<MemoryBatch&>(batch).changes()) {
      auto& map = families_[static_cast<std::size_t>(change.family)];
      if (change.value) {
        map.insert_or_assign(std::move(change.key), *std::move(change.value));
      } else {
        map.erase(change.key);
      }
    }
    return {};
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    const std::shared_lock lock(mutex_);
    const auto found = map(family).find(key);
    if (found == map(family).end()) return std::optional<std::string>();
    return std::optional(found->second);
  }

  // Copies a stretch at a time, so that `visit` runs without the lock and may
  // itself use the store.
  Result<void> scan(Family family, std::string_view from, const Visit& visit) const override {
    std::string next(from);
    while (true) {
      const auto stretch = copy_from(family, next);
      for (const auto& [key, value] : stretch) {
        if (!visit(key, value)) return {};
      }
      if (stretch.size() < kStretch) return {};
      next = stretch.back().first + '\0';
    }
  }

  Result<std::optional<std::pair<std::string, std::string>>> last(Family family) const override {
    const std::shared_lock lock(mutex_);
    if (map(family).empty()) return std::optional<std::pair<std::string, std::string>>();
    return std::optional<std::pair<std::string, std::string>>(*map(family).rbegin());
  }

  [[nodiscard]] std::uint64_t estimate(Family family) const override {
    const std::shared_lock lock(mutex_);
    return map(family).size();
  }
  [[nodiscard]] std::uint64_t bytes_on_disk() const override { return 0; }
  Result<void> verify_checksums() const override { return {}; }

 private:
  using Map = std::map<std::string, std::string, std::less<>>;
  static constexpr std::size_t kStretch = 256;

  [[nodiscard]] const Map& map(Family family) const {
    return families_[static_cast<std::size_t>(family)];
  }

  std::vector<std::pair<std::string, std::string>> copy_from(Family family,
                                                             std::string_view from) const {
    std::vector<std::pair<std::string, std::string>> out;
    const std::shared_lock lock(mutex_);
    for (auto it = map(family).lower_bound(from); it != map(family).end(); ++it) {
      if (out.size() == kStretch) break;
      out.emplace_back(*it);
    }
    return out;
  }

  mutable std::shared_mutex mutex_;  // guards families_
  std::array<Map, kFamilyCount> families_;
};

}  // namespace

std::unique_ptr<KeyValue> make_memory_key_value() { return std::make_unique<MemoryKeyValue>(); }

std::unique_ptr<VerdictStore> make_memory_store(DigestFunction digest) {
  auto store = KeyedStore::open(make_memory_key_value(), digest, false);
  CREDENCE_CHECK(store.ok());  // memory reads back
  return *std::move(store);
}

}  // namespace credence
