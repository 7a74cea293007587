#include "scanners/extract/record_rows.h"

#include <utility>

#include "scanners/core/utf8.h"

namespace credence {

void RecordRows::deliver(Chunk chunk, std::string record_id) {
  if (stopped_) return;
  ++count_;
  chunk.channel = Channel::kCell;
  chunk.locator = "row " + std::to_string(options_.rows_before + count_);
  record_id.resize(utf8_floor(record_id, kRecordIdMax));
  chunk.record_id = std::move(record_id);
  if (!chunks_.chunk(std::move(chunk))) stopped_ = true;
}

void RecordRows::add_unreadable(std::size_t begin, std::size_t end) {
  if (unreadable_++ == 0) first_unreadable_ = options_.rows_before + count_ + 1;
  add(begin, end, {});
}

void RecordRows::finish() {
  if (unreadable_ == 0 || stopped_) return;
  sink_.lower_coverage(Coverage::kPartial, CoverageReason::kMalformed, layer_.id,
                       std::to_string(unreadable_) +
                           (unreadable_ == 1 ? " row has" : " rows have") + " no text in field \"" +
                           printable(options_.text_field, 64) + "\", the first is row " +
                           std::to_string(first_unreadable_));
}

}  // namespace credence
