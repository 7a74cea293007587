#include "index/table/string_map.h"

#include <cstring>
#include <mutex>
#include <string>
#include <utility>

namespace credence {
namespace {

constexpr std::size_t kPlacesMin = 16;

// Characters, each string once, behind its length. A reference is a block's number
// and an offset in it; 0 is no string.
class TextArena {
 public:
  [[nodiscard]] std::uint64_t add(std::string_view text) {
    const auto length = static_cast<std::uint16_t>(text.size());
    const std::size_t size = sizeof length + text.size();
    if (blocks_.empty() || used_ + size > capacity_) open_block(size);
    char* at = blocks_.back().get() + used_;
    std::memcpy(at, &length, sizeof length);
    std::memcpy(at + sizeof length, text.data(), text.size());
    const std::uint64_t reference = (blocks_.size() - 1) << kOffsetBits | used_;
    used_ += size;
    return reference;
  }

  [[nodiscard]] std::string_view text(std::uint64_t reference) const noexcept {
    const char* at = blocks_[reference >> kOffsetBits].get() + (reference & kOffsetMask);
    std::uint16_t length;
    std::memcpy(&length, at, sizeof length);
    return {at + sizeof length, length};
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  static constexpr int kOffsetBits = 16;
  static constexpr std::uint64_t kOffsetMask = (1U << kOffsetBits) - 1;
  static constexpr std::size_t kBlockBytes = 16U << 10;

  void open_block(std::size_t size) {
    capacity_ = std::max(kBlockBytes, size + 1);
    used_ = 1;  // so that no reference is 0
    blocks_.push_back(std::make_unique<char[]>(capacity_));
    bytes_ += capacity_;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = 0;
  std::size_t capacity_ = 0;  // of the last block
  std::size_t bytes_ = 0;
};

}  // namespace

// Open addressing with linear probing; erasing moves later places back (Knuth, The
// Art of Computer Programming, 6.4, algorithm R).
class StringMap::Shard {
 public:
  explicit Shard(const KeyedHash& hash) : hash_(hash), places_(kPlacesMin) {}

  void set(std::string_view text, std::uint64_t hash, const Digest& digest) {
    const std::unique_lock lock(mutex_);
    std::size_t at = locate(text, hash);
    if (places_[at].reference == 0) {
      if ((size_ + 1) * 4 > places_.size() * 3) {
        rebuild(places_.size() * 2);
        at = locate(text, hash);
      }
      places_[at].reference = tagged(arena_.add(text), hash);
      ++size_;
    }
    places_[at].digest = digest;
  }

  void erase(std::string_view text, std::uint64_t hash) {
    const std::unique_lock lock(mutex_);
    std::size_t hole = locate(text, hash);
    if (places_[hole].reference == 0) return;
    dead_ += text.size();
    --size_;
    for (std::size_t at = next(hole); places_[at].reference != 0; at = next(at)) {
      const std::size_t home = home_of(hash_(text_at(places_[at])));
      const bool stays = hole <= at ? hole < home && home <= at : hole < home || home <= at;
      if (stays) continue;
      places_[hole] = places_[at];
      hole = at;
    }
    places_[hole] = Place{};
    if (dead_ > arena_.bytes() / 2) rebuild(places_.size());
  }

  [[nodiscard]] std::optional<Digest> find(std::string_view text, std::uint64_t hash) const {
    const std::shared_lock lock(mutex_);
    const Place& place = places_[locate(text, hash)];
    if (place.reference == 0) return std::nullopt;
    return place.digest;
  }

  [[nodiscard]] std::vector<std::pair<std::string, Digest>> copy() const {
    std::vector<std::pair<std::string, Digest>> out;
    const std::shared_lock lock(mutex_);
    out.reserve(size_);
    for (const Place& place : places_) {
      if (place.reference != 0) out.emplace_back(text_at(place), place.digest);
    }
    return out;
  }

  [[nodiscard]] std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return size_;
  }
  [[nodiscard]] std::size_t bytes() const {
    const std::shared_lock lock(mutex_);
    return places_.size() * sizeof(Place) + arena_.bytes();
  }

 private:
  struct Place {
    std::uint64_t reference = 0;  // arena reference; the top 24 bits are of the hash
    Digest digest;
  };
  static constexpr int kTagShift = 40;
  static constexpr std::uint64_t kReferenceMask = (std::uint64_t{1} << kTagShift) - 1;

  // The low bits of the hash; the high ones chose shard and place.
  static std::uint64_t tagged(std::uint64_t reference, std::uint64_t hash) noexcept {
    return reference | hash << kTagShift;
  }
  [[nodiscard]] std::string_view text_at(const Place& place) const noexcept {
    return arena_.text(place.reference & kReferenceMask);
  }
  // Shards take the top bits of a hash, places the ones below.
  [[nodiscard]] std::size_t home_of(std::uint64_t hash) const noexcept {
    return place_of(hash * kShards, places_.size());
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept {
    return at + 1 == places_.size() ? 0 : at + 1;
  }

  // The place of `text`, or the empty one where it would go.
  [[nodiscard]] std::size_t locate(std::string_view text, std::uint64_t hash) const {
    std::size_t at = home_of(hash);
    for (; places_[at].reference != 0; at = next(at)) {
      const bool same_tag = (places_[at].reference ^ tagged(0, hash)) >> kTagShift == 0;
      if (same_tag && text_at(places_[at]) == text) break;
    }
    return at;
  }

  void rebuild(std::size_t count) {
    const std::vector<Place> old = std::exchange(places_, std::vector<Place>(count));
    const TextArena old_arena = std::exchange(arena_, TextArena());
    dead_ = 0;
    for (const Place& place : old) {
      if (place.reference == 0) continue;
      const std::string_view text = old_arena.text(place.reference & kReferenceMask);
      const std::uint64_t hash = hash_(text);
      Place& to = places_[locate(text, hash)];
      to.reference = tagged(arena_.add(text), hash);
      to.digest = place.digest;
    }
  }

  const KeyedHash& hash_;
  mutable std::shared_mutex mutex_;  // guards what follows
  std::vector<Place> places_;
  TextArena arena_;
  std::size_t size_ = 0;
  std::size_t dead_ = 0;  // bytes of erased strings in the arena
};

StringMap::StringMap() {
  for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<Shard>(hash_));
}

StringMap::~StringMap() = default;

StringMap::Shard& StringMap::shard(std::uint64_t hash) const {
  return *shards_[place_of(hash, kShards)];
}

void StringMap::set(std::string_view text, const Digest& digest) {
  if (text.size() > kTextBytesMax) return;
  const std::uint64_t hash = hash_(text);
  shard(hash).set(text, hash, digest);
}

void StringMap::erase(std::string_view text) {
  const std::uint64_t hash = hash_(text);
  shard(hash).erase(text, hash);
}

std::optional<Digest> StringMap::find(std::string_view text) const {
  const std::uint64_t hash = hash_(text);
  return shard(hash).find(text, hash);
}

void StringMap::each(const std::function<void(std::string_view, const Digest&)>& visit) const {
  for (const auto& shard : shards_) {
    for (const auto& [text, digest] : shard->copy()) visit(text, digest);
  }
}

std::size_t StringMap::size() const {
  std::size_t total = 0;
  for (const auto& shard : shards_) total += shard->size();
  return total;
}

std::size_t StringMap::bytes() const {
  std::size_t total = 0;
  for (const auto& shard : shards_) total += shard->bytes();
  return total;
}

}  // namespace credence
