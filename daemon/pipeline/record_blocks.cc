#include "daemon/pipeline/record_blocks.h"

#include <algorithm>

#include "provenance/crypto/sha256.h"
#include "scanners/extract/charset.h"
#include "scanners/extract/csv_tokenizer.h"
#include "scanners/extract/record_cut.h"
#include "scanners/identify/identify.h"

namespace credence {
namespace {

std::uint64_t line_feeds(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

Result<std::optional<RecordBlocks>> RecordBlocks::of(const InputFile& file, std::string_view name,
                                                     Sizes sizes) {
  std::optional<RecordBlocks> none;
  if (file.identity().size <= sizes.block) return none;
  PaddedBuffer buffer;
  if (auto r = file.read(0, sizes.block, buffer); !r) return r.error();
  const std::string_view head = buffer.view().text();
  RecordBlocks all;
  all.kind_ = identify(buffer.view(), name).kind;
  if (!has_rows(all.kind_) || !is_ascii_based(detect_charset(head))) return none;
  if (all.kind_ != MediaKind::kJsonl) {
    all.delimiter_ = all.kind_ == MediaKind::kTsv ? '\t' : guess_csv_delimiter(head);
    all.header_ = table_header(head, all.delimiter_);
    if (all.header_.empty()) return none;
  }
  if (auto r = all.cut(file, sizes); !r) return r.error();
  return std::optional(std::move(all));
}

Result<void> RecordBlocks::cut(const InputFile& file, const Sizes& sizes) {
  Sha256 hash;
  PaddedBuffer buffer;
  Block block;
  for (std::uint64_t wanted = sizes.block;;) {
    if (auto r = file.read(block.begin, wanted, buffer); !r) return r;
    const std::string_view text = buffer.view().text();
    const bool final = text.size() < wanted;
    if (text.empty()) break;
    RecordCut rows = cut_rows(text, kind_, delimiter_, final);
    if (rows.end == 0 && wanted < sizes.row_max) {  // one row is longer than that
      wanted = std::min(wanted * 2, sizes.row_max);
      continue;
    }
    if (rows.end == 0) rows = {text.size(), 1};
    const std::string_view whole = text.substr(0, rows.end);
    hash.update(whole);
    block.end = block.begin + rows.end;
    blocks_.push_back(block);
    // The header of a table is no row of it.
    const std::uint64_t headers = block.begin == 0 && !header_.empty() ? 1 : 0;
    block = {block.end, 0, block.rows_before + rows.rows - std::min(rows.rows, headers),
             block.lines_before + line_feeds(whole)};
    wanted = sizes.block;
  }
  digest_ = hash.finish();
  return {};
}

Result<void> RecordBlocks::read(const InputFile& file, const Block& block,
                                PaddedBuffer& buffer) const {
  if (header_size(block) == 0) return file.read(block.begin, block.end - block.begin, buffer);
  PaddedBuffer rows;
  if (auto r = file.read(block.begin, block.end - block.begin, rows); !r) return r;
  buffer.clear();
  buffer.reserve(header_.size() + rows.size());
  buffer.append(header_);
  buffer.append(rows.view().text());
  return {};
}

}  // namespace credence
