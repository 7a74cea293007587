#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace credence {

// Half-open byte range.
struct ByteSpan {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  [[nodiscard]] std::uint64_t end() const noexcept { return offset + length; }
  bool operator==(const ByteSpan&) const = default;
};

// Says from which bytes of a source each byte of a derived text was made.
//
// A list of pieces in order of the derived text. A *copied* piece has equal
// lengths on both sides and maps byte for byte; a *replaced* piece (a decoded
// entity, a folded character, a whole base64 run) maps as one unit to the whole
// of its source bytes. Inserted text (a line break put between two cells) is a
// replaced piece with an empty source. Source ranges need not ascend: reversed
// text is a map too. An identity map holds no piece and costs nothing.
//
// Built by one thread, then read by any.
class OffsetMap {
 public:
  OffsetMap() = default;

  // The map of a text that is its source from `source_offset` on, byte for byte.
  [[nodiscard]] static OffsetMap identity(std::uint64_t source_offset = 0) {
    OffsetMap map;
    map.identity_offset_ = source_offset;
    return map;
  }

  [[nodiscard]] bool is_identity() const noexcept { return pieces_.empty(); }

  // The next `length` derived bytes are the source bytes from `source_offset`.
  // Adjoining copies are merged.
  void copied(std::uint64_t source_offset, std::uint64_t length);

  // The next `length` derived bytes came as a whole from `source`.
  void replaced(std::uint64_t length, ByteSpan source);

  // The next `span.length` derived bytes are those of `span` in a text whose own
  // map is `outer`: the pieces lead to the source of `outer`.
  void copied_through(const OffsetMap& outer, ByteSpan span);

  // The smallest source range that covers everything `derived` was made of.
  // A range past the end of what was mapped is clipped; an empty range maps to
  // the empty range at its place.
  [[nodiscard]] ByteSpan to_source(ByteSpan derived) const noexcept;

  // The map of a text of `size` bytes, which this maps into the derived text of
  // `outer`, to the source of `outer`.
  [[nodiscard]] OffsetMap through(const OffsetMap& outer, std::uint64_t size) const;

  // Derived bytes described so far; 0 for an identity map.
  [[nodiscard]] std::uint64_t size() const noexcept {
    return pieces_.empty() ? 0 : pieces_.back().derived + pieces_.back().length;
  }

  [[nodiscard]] std::size_t piece_count() const noexcept { return pieces_.size(); }

 private:
  struct Piece {
    std::uint64_t derived;  // first derived byte
    std::uint64_t length;   // derived bytes; 0 never
    ByteSpan source;
    bool copied;
  };

  // Appends what `outer` says of its derived bytes from `offset`.
  void append_through(const OffsetMap& outer, std::uint64_t offset, std::uint64_t length);

  std::vector<Piece> pieces_;
  std::uint64_t identity_offset_ = 0;
};

}  // namespace credence
