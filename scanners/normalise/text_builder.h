#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "scanners/core/offset_map.h"

namespace credence::normalise {

// A text under examination and its way back to the chunk. Borrowed.
struct MappedText {
  std::string_view text;
  const OffsetMap& map;  // text -> the chunk's text
};

// Writes a text made from `source` together with its map to the chunk.
//
// Past kPiecesMax pieces the map turns coarse: stretches of kCoarseBytes map as
// one unit, so that a map never outgrows its text by much.
class TextBuilder {
 public:
  static constexpr std::size_t kPiecesMax = 1U << 18;
  static constexpr std::size_t kCoarseBytes = 512;

  explicit TextBuilder(const MappedText& source) : source_(source) {}

  // Takes over source bytes [begin, end) as they are.
  void copy(std::size_t begin, std::size_t end) {
    if (begin >= end) return;
    out_.append(source_.text.substr(begin, end - begin));
    if (map_.piece_count() < kPiecesMax) {
      map_.copied_through(source_.map, {begin, end - begin});
    } else {
      coarse(end - begin, source_.map.to_source({begin, end - begin}));
    }
  }

  // Writes `bytes` for the source bytes [begin, end).
  void replace(std::string_view bytes, std::size_t begin, std::size_t end) {
    if (bytes.empty()) return;
    out_.append(bytes);
    const ByteSpan place = source_.map.to_source({begin, end - begin});
    if (map_.piece_count() < kPiecesMax) {
      map_.replaced(bytes.size(), place);
    } else {
      coarse(bytes.size(), place);
    }
  }

  [[nodiscard]] const std::string& text() const noexcept { return out_; }

  // The finished text and map; the builder is empty afterwards.
  [[nodiscard]] std::pair<std::string, OffsetMap> take() {
    flush();
    return {std::move(out_), std::move(map_)};
  }

 private:
  void coarse(std::size_t length, ByteSpan place) {
    if (place.length > 0) {
      const bool first = pending_place_.length == 0;
      const std::uint64_t begin =
          first ? place.offset : std::min(pending_place_.offset, place.offset);
      const std::uint64_t end = first ? place.end() : std::max(pending_place_.end(), place.end());
      pending_place_ = {begin, end - begin};
    }
    pending_ += length;
    if (pending_ >= kCoarseBytes) flush();
  }

  void flush() {
    if (pending_ > 0) map_.replaced(pending_, pending_place_);
    pending_ = 0;
    pending_place_ = {};
  }

  MappedText source_;
  std::string out_;
  OffsetMap map_;
  std::size_t pending_ = 0;
  ByteSpan pending_place_;
};

}  // namespace credence::normalise
