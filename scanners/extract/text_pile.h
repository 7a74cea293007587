#pragma once

#include <string>
#include <string_view>

#include "scanners/core/extractor.h"
#include "scanners/core/offset_map.h"

namespace credence {

// Gathers many short texts of one channel, a line each, into few chunks.
class TextPile {
 public:
  TextPile(Channel channel, std::string_view locator) : channel_(channel), locator_(locator) {}

  // Adds `text`, which stands at `source` in the layer. Delivers what was gathered
  // once it is large; false when the sink wants no more.
  [[nodiscard]] bool add(std::string_view text, ByteSpan source, ChunkSink& chunks);

  // Delivers the rest.
  [[nodiscard]] bool flush(ChunkSink& chunks);

 private:
  static constexpr std::size_t kFlushSize = 1U << 20;

  Channel channel_;
  std::string locator_;
  std::string text_;
  OffsetMap map_;
};

}  // namespace credence
