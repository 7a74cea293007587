#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/extractor.h"
#include "scanners/core/layer.h"
#include "scanners/core/offset_map.h"
#include "scanners/core/scan_sink.h"

namespace credence {

// Gathers the text of one page or part in the order in which it is drawn, each
// piece visible or hidden and with the source bytes it was made of, and delivers
// it as chunks: the visible text, the hidden text, and, where hidden letters
// stand inside visible words, both together as a loader reads them.
class SplitText {
 public:
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }

  // Appends `utf8`, which stands at `source` in the layer.
  void add(std::string_view utf8, bool hidden, ByteSpan source);

  // Sets ' ' or '\n' before the next text; '\n' wins, nothing leads the text.
  void separate(char separator) noexcept;

  struct Delivery {
    std::string_view locator;  // "page 3"
    std::string_view rule;     // names the check in the finding
    Channel visible = Channel::kVisible;
    bool report_hidden = true;  // whether hidden prose is a finding
  };

  // Delivers what was gathered. False when the sink wants no more.
  [[nodiscard]] bool deliver(const Delivery& delivery, const Layer& layer, ChunkSink& chunks,
                             ScanSink& sink) const;

 private:
  struct Segment {
    std::size_t begin = 0;  // in text_; ends where the next one begins
    bool hidden = false;
    ByteSpan source;
  };

  [[nodiscard]] std::string_view text_of(std::size_t segment) const noexcept;
  [[nodiscard]] bool is_interleaved() const noexcept;
  [[nodiscard]] Chunk cut(bool visible, bool hidden) const;

  std::string text_;
  std::vector<Segment> segments_;
  char separator_ = 0;
  std::size_t hidden_bytes_ = 0;
};

// Whether `text` is long enough, and letters enough, to be running prose.
[[nodiscard]] bool is_prose(std::string_view text) noexcept;

}  // namespace credence
