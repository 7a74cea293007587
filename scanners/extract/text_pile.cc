#include "scanners/extract/text_pile.h"

#include <utility>

namespace credence {

bool TextPile::add(std::string_view text, ByteSpan source, ChunkSink& chunks) {
  if (text.empty()) return true;
  if (!text_.empty() && text_.size() + text.size() > kFlushSize && !flush(chunks)) return false;
  if (!text_.empty()) {
    text_ += '\n';
    map_.replaced(1, {source.offset, 0});
  }
  text_ += text;
  map_.replaced(text.size(), source);
  return true;
}

bool TextPile::flush(ChunkSink& chunks) {
  if (text_.empty()) return true;
  Chunk chunk = Chunk::owned(PaddedBuffer::copy_of(text_), std::exchange(map_, OffsetMap()));
  text_.clear();
  chunk.channel = channel_;
  chunk.locator = locator_;
  return chunks.chunk(std::move(chunk));
}

}  // namespace credence
