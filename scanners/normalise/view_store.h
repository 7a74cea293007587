#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "scanners/core/text_view.h"
#include "scanners/normalise/decoded.h"

namespace credence::normalise {

// The views of one chunk and their memory, which is kept from chunk to chunk.
// Views never move once added, until clear().
class ViewStore {
 public:
  static constexpr std::size_t kViewsMax = 1024;

  ViewStore() { views_.reserve(kViewsMax); }

  void clear() noexcept {
    views_.clear();
    seen_.clear();
  }

  [[nodiscard]] std::span<const TextView> views() const noexcept { return views_; }
  [[nodiscard]] bool full() const noexcept { return views_.size() >= kViewsMax; }

  // Adds a view of `text`, which is another's and outlives the store's use.
  void borrow(PaddedView text) { views_.push_back({text, &identity_, Decoding::kNone, 0}); }

  // Adds a view of a copy of `text`. The store is not full.
  void add(std::string_view text, OffsetMap map, Decoding decoding, std::uint8_t depth);

  // False when the same text from the same place was remembered since clear().
  [[nodiscard]] bool remember(const Decoded& decoded);

 private:
  struct Slot {
    PaddedBuffer buffer;
    OffsetMap map;
  };

  std::vector<TextView> views_;
  std::vector<std::unique_ptr<Slot>> slots_;  // slot i belongs to view i, if it owns any
  std::unordered_set<std::uint64_t> seen_;
  OffsetMap identity_;
};

}  // namespace credence::normalise
