#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "scanners/core/chunk.h"
#include "scanners/core/extractor.h"
#include "scanners/core/layer.h"
#include "scanners/core/scan_sink.h"

namespace credence {

// Delivers the rows of a file of records as chunks, counts them, and says at the
// end which had no text field. Such a row is delivered as its raw bytes, so that
// it is scanned all the same.
class RecordRows {
 public:
  static constexpr std::size_t kRecordIdMax = 1024;

  RecordRows(const Layer& layer, const RecordOptions& options, ChunkSink& chunks, ScanSink& sink)
      : layer_(layer), options_(options), chunks_(chunks), sink_(sink) {}

  // The row whose text is the bytes [begin, end) of the layer.
  void add(std::size_t begin, std::size_t end, std::string record_id) {
    deliver(Chunk::borrowed(layer_.bytes.subview(begin, end - begin), begin), std::move(record_id));
  }
  // The row whose text is `chunk`.
  void add(Chunk chunk, std::string record_id) { deliver(std::move(chunk), std::move(record_id)); }
  // The row [begin, end) that has no text field.
  void add_unreadable(std::size_t begin, std::size_t end);

  // Reports the rows without a text field.
  void finish();

  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

 private:
  void deliver(Chunk chunk, std::string record_id);

  const Layer& layer_;
  const RecordOptions& options_;
  ChunkSink& chunks_;
  ScanSink& sink_;
  std::size_t count_ = 0;
  std::size_t unreadable_ = 0;
  std::uint64_t first_unreadable_ = 0;
  bool stopped_ = false;
};

}  // namespace credence
