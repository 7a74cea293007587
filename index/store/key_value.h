#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "scanners/core/result.h"

// What KeyedStore asks of the thing that keeps bytes: RocksDB, or memory.
namespace credence {

// The column families. The order is that of their handles; append only.
enum class Family : std::uint8_t {
  kMeta,       // "schema", "queue_next"
  kVerdicts,   // digest -> VerdictRecord
  kUris,       // URI -> UriRecord
  kCallerIds,  // "collection/id" -> digest
  kChunks,     // digest -> ChunkVerdict
  kAudit,      // sequence, big-endian -> AuditEntry
  kQueue,      // 's' sequence, big-endian -> WorkItem; 'u' URI -> sequence
};
inline constexpr std::size_t kFamilyCount = 7;
[[nodiscard]] std::string_view to_string(Family family) noexcept;

// Ordered bytes, written durably in atomic batches. Reading methods are
// thread-safe; write() is called by one thread at a time.
class KeyValue {
 public:
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;

  class Batch {
   public:
    virtual ~Batch() = default;
    virtual void put(Family family, std::string_view key, std::string_view value) = 0;
    virtual void erase(Family family, std::string_view key) = 0;
    [[nodiscard]] virtual std::size_t size_bytes() const = 0;
  };

  virtual ~KeyValue() = default;

  [[nodiscard]] virtual std::unique_ptr<Batch> make_batch() const = 0;
  // All of `batch` or nothing of it; durable on return. `batch` came from this
  // object's make_batch().
  virtual Result<void> write(Batch& batch) = 0;

  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  // Visits keys at and after `from` in order, until `visit` returns false. What is
  // written meanwhile may or may not be visited; both views live for one visit.
  virtual Result<void> scan(Family family, std::string_view from, const Visit& visit) const = 0;
  virtual Result<std::optional<std::pair<std::string, std::string>>> last(Family family) const = 0;

  // How many keys there are, about.
  [[nodiscard]] virtual std::uint64_t estimate(Family family) const = 0;
  [[nodiscard]] virtual std::uint64_t bytes_on_disk() const = 0;
  // Re-reads everything that is stored against its checksums.
  virtual Result<void> verify_checksums() const = 0;
};

}  // namespace credence
