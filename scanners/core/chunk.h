#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// Where in a document a text stands, as far as the reader of the rendered
// document can tell. Rules and policy weigh a finding by it.
enum class Channel : std::uint8_t {
  kVisible,   // what a person sees
  kHidden,    // in the file and delivered by loaders, not seen when rendered
  kComment,   // comments of the format
  kMetadata,  // titles, properties, front matter, headers
  kAltText,   // text alternatives and tool tips
  kCode,      // code blocks, preformatted samples
  kQuote,     // block quotations
  kCell,      // a value of a table or a record
  kLink,      // targets of links and images
};

[[nodiscard]] constexpr std::string_view to_string(Channel channel) noexcept {
  switch (channel) {
    case Channel::kVisible: return "visible";
    case Channel::kHidden: return "hidden";
    case Channel::kComment: return "comment";
    case Channel::kMetadata: return "metadata";
    case Channel::kAltText: return "alt_text";
    case Channel::kCode: return "code";
    case Channel::kQuote: return "quote";
    case Channel::kCell: return "cell";
    case Channel::kLink: return "link";
  }
  return "visible";
}

// A part of a chunk's text that stands in another channel than the chunk.
struct Region {
  ByteSpan span;  // in the chunk's text
  Channel channel = Channel::kVisible;
};

// A unit of text cut from a layer: the whole text of a document, one row, one
// comment. `text` borrows either the layer's bytes or `storage`, so a Chunk is
// moved, never copied, and dies before its layer.
struct Chunk {
  PaddedView text;
  PaddedBuffer storage;  // empty when text borrows the layer
  OffsetMap map;         // text -> bytes of the layer
  Channel channel = Channel::kVisible;
  bool is_prompt = false;       // written to instruct a model: that it does is nothing odd
  std::vector<Region> regions;  // ascending, disjoint
  std::string locator;          // "page 3", "row 17", ""; for people
  std::string record_id;        // the caller's own id of a record, ""

  // The channel of the text at `offset`.
  [[nodiscard]] Channel channel_at(std::uint64_t offset) const noexcept {
    for (const Region& region : regions) {
      if (offset < region.span.offset) break;
      if (offset < region.span.end()) return region.channel;
    }
    return channel;
  }

  // A chunk that borrows `text`, which starts at `offset` of its layer.
  [[nodiscard]] static Chunk borrowed(PaddedView text, std::uint64_t offset = 0) {
    Chunk chunk;
    chunk.text = text;
    chunk.map = OffsetMap::identity(offset);
    return chunk;
  }

  // A chunk that owns `storage`; `map` says where it came from.
  [[nodiscard]] static Chunk owned(PaddedBuffer storage, OffsetMap map) {
    Chunk chunk;
    chunk.storage = std::move(storage);
    chunk.text = chunk.storage.view();
    chunk.map = std::move(map);
    return chunk;
  }
};

}  // namespace credence
