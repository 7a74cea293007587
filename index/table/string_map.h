#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "index/table/keyed_hash.h"
#include "scanners/core/digest.h"

namespace credence {

// Strings that lead to digests. All methods are thread-safe; each of its shards has
// a lock of its own. Lean: 40 bytes a place, and the characters once.
class StringMap {
 public:
  // Longer strings are never found and never kept; the store refuses them too.
  static constexpr std::size_t kTextBytesMax = 60U << 10;

  StringMap();
  ~StringMap();

  void set(std::string_view text, const Digest& digest);
  void erase(std::string_view text);
  [[nodiscard]] std::optional<Digest> find(std::string_view text) const;

  // Calls `visit` for every string, in no order and without a lock; copies a
  // shard at a time.
  void each(const std::function<void(std::string_view, const Digest&)>& visit) const;

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  class Shard;
  static constexpr std::size_t kShards = 64;

  [[nodiscard]] Shard& shard(std::uint64_t hash) const;

  const KeyedHash hash_;
  std::vector<std::unique_ptr<Shard>> shards_;
};

}  // namespace credence
