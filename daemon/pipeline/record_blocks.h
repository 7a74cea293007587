#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/pipeline/file_reader.h"
#include "scanners/core/digest.h"
#include "scanners/core/media_kind.h"

namespace credence {

// A large file of records (JSONL, CSV, TSV) cut into blocks of whole rows, so that a file
// of any size is scanned in bounded memory. Immutable.
class RecordBlocks {
 public:
  struct Block {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t rows_before = 0;   // in the blocks before
    std::uint64_t lines_before = 0;  // line feeds before `begin`
  };
  struct Sizes {
    std::uint64_t block = 4ULL << 20;     // to be had where rows allow
    std::uint64_t row_max = 64ULL << 20;  // a longer row is cut
  };

  // Reads the file once, a block at a time. Nothing: it is to be scanned as a whole, being
  // no larger than a block, of another kind, or in UTF-16 or UTF-32. `name` is a hint at
  // its kind.
  [[nodiscard]] static Result<std::optional<RecordBlocks>> of(const InputFile& file,
                                                              std::string_view name, Sizes sizes);

  [[nodiscard]] MediaKind kind() const noexcept { return kind_; }
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }  // of the file
  [[nodiscard]] const std::vector<Block>& blocks() const noexcept { return blocks_; }
  // Reads a block, with the header before it.
  Result<void> read(const InputFile& file, const Block& block, PaddedBuffer& buffer) const;
  // How many bytes of the buffer are the header; the rest begins at block.begin.
  [[nodiscard]] std::uint64_t header_size(const Block& block) const noexcept {
    return block.begin == 0 ? 0 : header_.size();
  }

 private:
  Result<void> cut(const InputFile& file, const Sizes& sizes);

  MediaKind kind_ = MediaKind::kUnknown;
  char delimiter_ = ',';
  std::string header_;  // of a table; it stands before every block that is read
  Digest digest_;
  std::vector<Block> blocks_;
};

}  // namespace credence
