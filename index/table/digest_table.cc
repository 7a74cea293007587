#include "index/table/digest_table.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include <sys/mman.h>

#include "scanners/core/result.h"

namespace credence {
namespace {

constexpr std::size_t kCapacityMin = 1024;
constexpr std::size_t kHugePage = 2U << 20;
// How far ahead of the comparison a batch fetches slots.
constexpr std::size_t kAhead = 16;

// The first word of a slot: flags, and a count of its changes above them. Zero in
// an empty slot.
constexpr std::uint64_t kArtifact = 1;
constexpr std::uint64_t kChunk = 2;
constexpr std::uint64_t kOverridden = 4;
constexpr std::uint64_t kChanging = 8;  // the entries are being written
constexpr std::uint64_t kFlags = 15;
constexpr std::uint64_t kOneChange = 16;

}  // namespace

PackedEntry DigestState::answer() const noexcept {
  if (!artifact) return *chunk;
  if (!chunk || overridden) return *artifact;
  return chunk->disposition() > artifact->disposition() ? *chunk : *artifact;
}

// A sequence lock. The key is written before the first word becomes non-zero and
// never again. Entries are stored with release and loaded with acquire order: a
// reader that sees any new word then sees the changed count too (Boehm, "Can
// seqlocks get along with programming language memory models?", 2012).
struct alignas(64) DigestTable::Slot {
  std::atomic<std::uint64_t> head{0};
  std::array<std::atomic<std::uint64_t>, Digest::kSize / 8> key{};
  std::atomic<std::uint64_t> artifact{0};
  std::atomic<std::uint64_t> chunk{0};
  std::atomic<std::uint64_t> times{0};  // of the artifact's entry; of the chunk's above

  [[nodiscard]] bool is(const Words& wanted) const noexcept {
    std::uint64_t differs = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      differs |= key[i].load(std::memory_order_relaxed) ^ wanted[i];
    }
    return differs == 0;
  }

  // For a slot that is not empty.
  [[nodiscard]] DigestState read() const noexcept {
    while (true) {
      const std::uint64_t before = head.load(std::memory_order_acquire);
      const std::uint64_t a = artifact.load(std::memory_order_acquire);
      const std::uint64_t c = chunk.load(std::memory_order_acquire);
      const std::uint64_t t = times.load(std::memory_order_acquire);
      const std::uint64_t after = head.load(std::memory_order_relaxed);
      if (before != after || (before & kChanging) != 0) continue;
      DigestState state;
      if ((before & kArtifact) != 0) state.artifact = {a, static_cast<std::uint32_t>(t)};
      if ((before & kChunk) != 0) state.chunk = {c, static_cast<std::uint32_t>(t >> 32)};
      state.overridden = (before & kOverridden) != 0;
      return state;
    }
  }

  void write(const DigestState& state) noexcept {
    const std::uint64_t count = (head.load(std::memory_order_relaxed) & ~kFlags) + kOneChange;
    const std::uint64_t flags = (state.artifact ? kArtifact : 0) | (state.chunk ? kChunk : 0) |
                                (state.overridden ? kOverridden : 0);
    if (head.load(std::memory_order_relaxed) != 0) {
      head.store(count | kChanging, std::memory_order_relaxed);
    }
    const PackedEntry a = state.artifact.value_or(PackedEntry{});
    const PackedEntry c = state.chunk.value_or(PackedEntry{});
    artifact.store(a.bits, std::memory_order_release);
    chunk.store(c.bits, std::memory_order_release);
    times.store(std::uint64_t{c.scanned_at_s} << 32 | a.scanned_at_s, std::memory_order_release);
    head.store(count | flags, std::memory_order_release);
  }
};

struct DigestTable::Slots {
  explicit Slots(std::size_t slot_count) : count(slot_count) {
    const std::size_t bytes = count * sizeof(Slot);
    const std::size_t alignment = bytes >= kHugePage ? kHugePage : alignof(Slot);
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    if (memory == nullptr) std::abort();  // out of memory ends the process
    // Without huge pages nearly every lookup also misses the TLB. Advice only.
    if (bytes >= kHugePage) static_cast<void>(::madvise(memory, bytes, MADV_HUGEPAGE));
    slots = static_cast<Slot*>(memory);
    std::uninitialized_value_construct_n(slots, count);
  }
  ~Slots() { std::free(slots); }  // slots need no destruction
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  [[nodiscard]] const Slot* begin() const noexcept { return slots; }
  [[nodiscard]] const Slot* end() const noexcept { return slots + count; }

  // The slot of `key`, or the empty one where it would go. There always is one.
  [[nodiscard]] Slot& place(const Words& key, std::size_t at) noexcept {
    while (true) {
      Slot& slot = slots[at];
      if (slot.head.load(std::memory_order_relaxed) == 0 || slot.is(key)) return slot;
      if (++at == count) at = 0;
    }
  }

  const std::size_t count;
  Slot* slots;
};

namespace {

template <typename Words>
Words words_of(const Digest& digest) noexcept {
  Words words;
  std::memcpy(words.data(), digest.bytes.data(), Digest::kSize);
  return words;
}

}  // namespace

DigestTable::DigestTable() : slots_(std::make_unique<Slots>(kCapacityMin).release()) {
  static_assert(sizeof(Slot) == 64);
  static_assert(std::is_trivially_destructible_v<Slot>);
}

DigestTable::~DigestTable() { const std::unique_ptr<Slots> owned(slots_.load()); }

std::optional<DigestState> DigestTable::probe(const Slots& slots, const Words& key,
                                              std::size_t place) const noexcept {
  while (true) {
    const Slot& slot = slots.slots[place];
    if (slot.head.load(std::memory_order_acquire) == 0) return std::nullopt;
    if (slot.is(key)) return slot.read();
    if (++place == slots.count) place = 0;
  }
}

std::optional<DigestState> DigestTable::state(const Digest& digest) const noexcept {
  const ReaderGate::Pass pass(gate_);
  const Slots& slots = *slots_.load();
  const Words key = words_of<Words>(digest);
  return probe(slots, key, place_of(hash_(key), slots.count));
}

std::optional<PackedEntry> DigestTable::find(const Digest& digest) const noexcept {
  const auto found = state(digest);
  if (!found) return std::nullopt;
  return found->answer();
}

void DigestTable::find(std::span<const Digest> digests,
                       std::span<std::optional<TrustEntry>> out) const noexcept {
  const ReaderGate::Pass pass(gate_);
  const Slots& slots = *slots_.load();
  std::array<std::size_t, kAhead> places;
  const auto fetch = [&](std::size_t i) {
    const std::size_t place = place_of(hash_(words_of<Words>(digests[i])), slots.count);
    places[i % kAhead] = place;
    __builtin_prefetch(slots.slots + place);
  };
  for (std::size_t i = 0; i < std::min(kAhead, digests.size()); ++i) fetch(i);
  for (std::size_t i = 0; i < digests.size(); ++i) {
    const auto found = probe(slots, words_of<Words>(digests[i]), places[i % kAhead]);
    if (i + kAhead < digests.size()) fetch(i + kAhead);
    if (found) {
      out[i] = found->answer().unpack();
    } else {
      out[i].reset();
    }
  }
}

void DigestTable::set(const Digest& digest, const DigestState& state) {
  CREDENCE_CHECK(state.artifact || state.chunk);
  reserve(size() + 1);
  Slots& slots = *slots_.load(std::memory_order_relaxed);
  const Words key = words_of<Words>(digest);
  Slot& slot = slots.place(key, place_of(hash_(key), slots.count));
  if (slot.head.load(std::memory_order_relaxed) == 0) {
    for (std::size_t i = 0; i < key.size(); ++i) {
      slot.key[i].store(key[i], std::memory_order_relaxed);
    }
    size_.fetch_add(1, std::memory_order_relaxed);
  }
  slot.write(state);
}

void DigestTable::reserve(std::size_t digests) {
  const std::size_t capacity = slots_.load(std::memory_order_relaxed)->count;
  const std::size_t needed = digests + digests / 3;  // at most three quarters full
  if (needed < capacity) return;
  grow(std::max(needed + 1, capacity + capacity / 2));
}

void DigestTable::grow(std::size_t capacity) {
  auto grown = std::make_unique<Slots>(capacity);
  const std::unique_ptr<Slots> old(slots_.load(std::memory_order_relaxed));
  for (const Slot& from : *old) {
    if (from.head.load(std::memory_order_relaxed) == 0) continue;
    Words key;
    for (std::size_t i = 0; i < key.size(); ++i) {
      key[i] = from.key[i].load(std::memory_order_relaxed);
    }
    Slot& to = grown->place(key, place_of(hash_(key), grown->count));
    for (std::size_t i = 0; i < key.size(); ++i) to.key[i].store(key[i], std::memory_order_relaxed);
    to.write(from.read());
  }
  slots_.store(grown.release());
  gate_.wait();
}

void DigestTable::each(const std::function<void(const Digest&, const DigestState&)>& visit) const {
  const ReaderGate::Pass pass(gate_);
  for (const Slot& slot : *slots_.load()) {
    if (slot.head.load(std::memory_order_acquire) == 0) continue;
    Digest digest;
    for (std::size_t i = 0; i < slot.key.size(); ++i) {
      const std::uint64_t word = slot.key[i].load(std::memory_order_relaxed);
      std::memcpy(digest.bytes.data() + 8 * i, &word, sizeof word);
    }
    visit(digest, slot.read());
  }
}

std::size_t DigestTable::bytes() const noexcept {
  const ReaderGate::Pass pass(gate_);
  return slots_.load()->count * sizeof(Slot);
}

}  // namespace credence
