#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/chunk.h"
#include "scanners/core/extractor.h"
#include "scanners/core/layer.h"

namespace credence {

// Collects text of one channel, piece by piece with its origin in a layer, and
// delivers it as few large chunks. A text too large for one chunk is cut, and the
// next chunk repeats the last kOverlapBytes of it, so nothing that stands across
// the cut is missed.
class ChunkBuilder {
 public:
  static constexpr std::size_t kSizeMax = std::size_t{4} << 20;
  static constexpr std::size_t kPiecesMax = 200'000;  // bounds the memory of the map
  static constexpr std::size_t kOverlapBytes = 1024;

  // Borrows the layer and the sink.
  ChunkBuilder(const Layer& layer, Channel channel, ChunkSink& chunks)
      : source_(layer.bytes.text()), channel_(channel), current_(channel), chunks_(chunks) {}

  // Appends the bytes [begin, end) of the layer.
  void copy(std::size_t begin, std::size_t end);

  // Appends `text`, which stands for the bytes `source` of the layer.
  void replace(std::string_view text, ByteSpan source);

  // Appends a line break that the layer does not have, unless the text is at the
  // start of a line already. `at` is the place in the layer.
  void break_line(std::size_t at);

  // The channel of what is appended from now on.
  void set_channel(Channel channel);

  [[nodiscard]] bool at_line_start() const noexcept { return last_ == '\n'; }

  // What is appended from now on is a prompt (Chunk::is_prompt), or is not.
  void set_prompt(bool is_prompt);

  // The locator of what is appended from now on; a chunk has one.
  void set_locator(std::string locator);

  // Delivers what was collected. Call it at the end of the document.
  void flush();

  // The sink wants no more; whatever is appended is dropped.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

 private:
  void append(std::string_view text);
  void make_room();
  void close_region();
  void deliver();

  std::string_view source_;
  Channel channel_;
  Channel current_;
  ChunkSink& chunks_;
  PaddedBuffer text_;
  OffsetMap map_;
  std::vector<Region> regions_;
  std::size_t region_begin_ = 0;
  std::string locator_;
  bool is_prompt_ = false;
  char last_ = '\n';
  bool stopped_ = false;
};

}  // namespace credence
