#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "index/table/keyed_hash.h"
#include "index/table/packed_entry.h"
#include "index/table/reader_gate.h"
#include "scanners/core/digest.h"

namespace credence {

// What is known of one digest: as an artifact, as a chunk, or as both.
struct DigestState {
  std::optional<PackedEntry> artifact;
  std::optional<PackedEntry> chunk;
  bool overridden = false;  // the artifact's entry is an operator's

  bool operator==(const DigestState&) const = default;

  // An operator's word on these very bytes decides; else the stricter of the two.
  [[nodiscard]] PackedEntry answer() const noexcept;
};

// Open addressing with linear probing over slots of one cache line each, which
// hold the whole key. Digests are added and changed, never removed. Any number of
// readers, without locks; writing methods are called by one thread at a time.
class DigestTable {
 public:
  DigestTable();
  ~DigestTable();
  DigestTable(const DigestTable&) = delete;
  DigestTable& operator=(const DigestTable&) = delete;

  [[nodiscard]] std::optional<PackedEntry> find(const Digest& digest) const noexcept;
  // out[i] answers digests[i]; equal sizes.
  void find(std::span<const Digest> digests,
            std::span<std::optional<TrustEntry>> out) const noexcept;
  [[nodiscard]] std::optional<DigestState> state(const Digest& digest) const noexcept;

  // The writer's.
  void set(const Digest& digest, const DigestState& state);
  void reserve(std::size_t digests);
  // Calls `visit` for every digest, in no order.
  void each(const std::function<void(const Digest&, const DigestState&)>& visit) const;

  [[nodiscard]] std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  struct Slot;
  struct Slots;
  using Words = std::array<std::uint64_t, Digest::kSize / 8>;

  [[nodiscard]] std::optional<DigestState> probe(const Slots& slots, const Words& key,
                                                 std::size_t place) const noexcept;
  void grow(std::size_t capacity);

  const KeyedHash hash_;
  mutable ReaderGate gate_;
  std::atomic<Slots*> slots_;  // owned
  std::atomic<std::size_t> size_{0};
};

}  // namespace credence
