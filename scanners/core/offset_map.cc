#include "scanners/core/offset_map.h"

#include <algorithm>
#include <limits>

namespace credence {

void OffsetMap::copied(std::uint64_t source_offset, std::uint64_t length) {
  if (length == 0) return;
  if (!pieces_.empty() && pieces_.back().copied && pieces_.back().source.end() == source_offset) {
    pieces_.back().length += length;
    pieces_.back().source.length += length;
    return;
  }
  pieces_.push_back({size(), length, {source_offset, length}, true});
}

void OffsetMap::replaced(std::uint64_t length, ByteSpan source) {
  if (length == 0) return;
  pieces_.push_back({size(), length, source, false});
}

void OffsetMap::copied_through(const OffsetMap& outer, ByteSpan span) {
  if (outer.pieces_.empty()) return copied(outer.identity_offset_ + span.offset, span.length);
  auto it = std::upper_bound(
      outer.pieces_.begin(), outer.pieces_.end(), span.offset,
      [](std::uint64_t value, const Piece& piece) { return value < piece.derived; });
  if (it != outer.pieces_.begin()) --it;
  for (; it != outer.pieces_.end() && it->derived < span.end(); ++it) {
    const std::uint64_t from = std::max(span.offset, it->derived);
    const std::uint64_t to = std::min(span.end(), it->derived + it->length);
    if (from >= to) continue;
    if (it->copied) {
      copied(it->source.offset + (from - it->derived), to - from);
    } else {
      replaced(to - from, it->source);
    }
  }
}

ByteSpan OffsetMap::to_source(ByteSpan derived) const noexcept {
  if (pieces_.empty()) return {identity_offset_ + derived.offset, derived.length};

  const auto holds = [this](std::uint64_t position) {
    auto it = std::upper_bound(
        pieces_.begin(), pieces_.end(), position,
        [](std::uint64_t value, const Piece& piece) { return value < piece.derived; });
    return it == pieces_.begin() ? it : it - 1;
  };
  const std::uint64_t begin = std::min(derived.offset, size());
  const std::uint64_t end = std::min(std::max(derived.end(), begin), size());
  if (begin == end) {
    if (begin == size()) return {pieces_.back().source.end(), 0};
    const Piece& piece = *holds(begin);
    return {piece.copied ? piece.source.offset + (begin - piece.derived) : piece.source.offset, 0};
  }

  std::uint64_t low = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t high = 0;
  std::uint64_t place = 0;  // of inserted text, when nothing else is covered
  for (auto it = holds(begin); it != pieces_.end() && it->derived < end; ++it) {
    ByteSpan source = it->source;
    if (it->copied) {
      const std::uint64_t from = std::max(begin, it->derived) - it->derived;
      const std::uint64_t to = std::min(end, it->derived + it->length) - it->derived;
      source = {it->source.offset + from, to - from};
    }
    place = source.offset;
    if (source.length == 0) continue;
    low = std::min(low, source.offset);
    high = std::max(high, source.end());
  }
  if (low > high) return {place, 0};
  return {low, high - low};
}

OffsetMap OffsetMap::through(const OffsetMap& outer, std::uint64_t size) const {
  OffsetMap out;
  if (is_identity()) {
    if (outer.is_identity()) return identity(identity_offset_ + outer.identity_offset_);
    out.append_through(outer, identity_offset_, size);
    return out;
  }
  for (const Piece& piece : pieces_) {
    if (piece.copied) {
      out.append_through(outer, piece.source.offset, piece.length);
    } else {
      out.replaced(piece.length, outer.to_source(piece.source));
    }
  }
  return out;
}

void OffsetMap::append_through(const OffsetMap& outer, std::uint64_t offset, std::uint64_t length) {
  if (outer.is_identity()) {
    copied(outer.identity_offset_ + offset, length);
    return;
  }
  const std::vector<Piece>& from = outer.pieces_;
  auto it = std::upper_bound(
      from.begin(), from.end(), offset,
      [](std::uint64_t value, const Piece& piece) { return value < piece.derived; });
  if (it != from.begin()) --it;
  for (; length > 0 && it != from.end(); ++it) {
    const std::uint64_t skip = offset - it->derived;
    if (skip >= it->length) continue;
    const std::uint64_t take = std::min(length, it->length - skip);
    if (it->copied) {
      copied(it->source.offset + skip, take);
    } else {
      replaced(take, it->source);
    }
    offset += take;
    length -= take;
  }
  replaced(length, {from.back().source.end(), 0});
}

}  // namespace credence
