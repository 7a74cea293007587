#include "scanners/core/chunk_builder.h"

#include <algorithm>
#include <utility>

#include "scanners/core/utf8.h"

namespace credence {

void ChunkBuilder::append(std::string_view text) {
  text_.append(text);
  last_ = text.back();
}

void ChunkBuilder::copy(std::size_t begin, std::size_t end) {
  if (begin >= end) return;
  make_room();
  append(source_.substr(begin, end - begin));
  map_.copied(begin, end - begin);
}

void ChunkBuilder::replace(std::string_view text, ByteSpan source) {
  if (text.empty()) return;
  make_room();
  append(text);
  map_.replaced(text.size(), source);
}

void ChunkBuilder::break_line(std::size_t at) {
  if (!at_line_start()) replace("\n", {at, 0});
}

void ChunkBuilder::set_channel(Channel channel) {
  if (channel == current_) return;
  close_region();
  current_ = channel;
}

void ChunkBuilder::close_region() {
  const std::size_t size = text_.size();
  if (current_ != channel_ && size > region_begin_) {
    regions_.push_back({{region_begin_, size - region_begin_}, current_});
  }
  region_begin_ = size;
}

void ChunkBuilder::deliver() {
  close_region();
  Chunk chunk = Chunk::owned(std::move(text_), std::move(map_));
  chunk.channel = channel_;
  chunk.regions = std::move(regions_);
  chunk.locator = locator_;
  chunk.is_prompt = is_prompt_;
  text_ = PaddedBuffer();
  map_ = OffsetMap();
  regions_.clear();
  region_begin_ = 0;
  if (!stopped_ && !chunks_.chunk(std::move(chunk))) stopped_ = true;
}

void ChunkBuilder::set_prompt(bool is_prompt) {
  if (is_prompt == is_prompt_) return;
  flush();
  is_prompt_ = is_prompt;
}

void ChunkBuilder::set_locator(std::string locator) {
  if (locator == locator_) return;
  flush();
  locator_ = std::move(locator);
}

void ChunkBuilder::flush() {
  if (!text_.empty()) deliver();
  last_ = '\n';
}

void ChunkBuilder::make_room() {
  if (text_.size() < kSizeMax && map_.piece_count() < kPiecesMax) return;
  const std::string_view all = text_.view().text();
  const std::size_t keep = utf8_floor(all, all.size() - std::min(all.size(), kOverlapBytes));
  const std::string tail(all.substr(keep));
  OffsetMap tail_map;
  for (std::size_t i = 0; i < tail.size(); ++i) {
    const ByteSpan source = map_.to_source({keep + i, 1});
    if (source.length == 1 && source_[source.offset] == tail[i]) {
      tail_map.copied(source.offset, 1);
    } else {
      tail_map.replaced(1, source);
    }
  }
  deliver();
  text_.append(tail);
  map_ = std::move(tail_map);
}

}  // namespace credence
