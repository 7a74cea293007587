#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"
#include "scanners/rules/hyperscan.h"

namespace credence {

// Where a pattern of a database of context matched.
struct ContextHit {
  std::uint64_t end = 0;
  std::uint32_t id = 0;
};

// What such a database finds in parts of one text. Reuses its memory.
class ContextHits {
 public:
  // The beginning of a text that has a say in what the whole document is about.
  static constexpr std::uint64_t kWholeTextMax = 256 << 10;

  // Replaces what is held by the hits in the first `head` bytes of `text` and in
  // `reach` bytes on each side of each of `places`, which are ordered by offset and
  // inside the text. No byte is scanned twice. Ids are below `ids`; `scratch` fits `database`.
  Result<void> collect(const HyperscanDatabase& database, std::size_t ids, PaddedView text,
                       std::span<const ByteSpan> places, std::uint64_t head, std::uint64_t reach,
                       HyperscanScratch& scratch);

  // Hits whose end is in (from, to], by end.
  [[nodiscard]] std::span<const ContextHit> between(std::uint64_t from, std::uint64_t to) const;

  // More was found than is kept: what is absent may have been there.
  [[nodiscard]] bool overflowed() const noexcept { return overflowed_; }

 private:
  struct Block {
    std::uint64_t round = 0;   // the rest counts only in the current round
    std::uint64_t number = 0;  // end / kBlock
    std::uint32_t kept = 0;    // hits in it
    std::uint32_t last = 0;    // index of the last
  };

  Result<void> scan_part(const HyperscanDatabase& database, PaddedView text, std::uint64_t from,
                         std::uint64_t to, HyperscanScratch& scratch);

  std::vector<ContextHit> hits_;
  std::vector<Block> blocks_;  // an id each: where its last hits were
  std::uint64_t round_ = 0;
  bool overflowed_ = false;
};

}  // namespace credence
