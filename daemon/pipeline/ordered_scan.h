#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/pipeline/record_blocks.h"
#include "daemon/pipeline/scan_service.h"
#include "daemon/pipeline/text_lines.h"
#include "scanners/core/result.h"

namespace credence {

// The path that means standard input, as a root.
inline constexpr std::string_view kStandardInput = "-";

// One file of a scan from the command line, or one block of a large file of records.
struct ScannedFile {
  std::string path;  // as it was found: the root as given, then the rest
  FileIdentity identity;
  ScanOutcome outcome;  // of an unreadable file: skipped, with the reason as its gap
  // Whether it was cut into records, each of them judged alone.
  bool by_record = false;
  // Of such a file: what belongs to no record, where there is something.
  std::optional<ScanOutcome> remainder;
  std::vector<LineSpan> lines;  // of outcome.report.findings, where wanted and there are lines
  bool first = true;            // of the blocks of its file
  bool last = true;

  // "file:///…"; "-" for standard input.
  [[nodiscard]] std::string uri() const;
};

// Counters that another thread may read while a scan runs.
struct ScanProgress {
  std::atomic<std::uint64_t> files_found{0};
  std::atomic<std::uint64_t> files_done{0};
  std::atomic<std::uint64_t> bytes_done{0};
  std::atomic<bool> found_all{false};
};

struct OrderedScanOptions {
  unsigned threads = 1;
  std::size_t found_ahead = 100'000;  // names of files that wait to be scanned
  std::size_t window = 512;           // files that may be finished ahead of the one reported next
  std::size_t window_blocks = 32;     // the same for blocks of files of records
  RecordOptions records;
  RecordBlocks::Sizes block_sizes;
  bool lines = false;  // fill ScannedFile::lines
};

// Scans the files below `roots` on several threads and calls `report` for each on this
// thread, in the order in which they were found. `report` returns false to stop.
// Returns what could not be looked at on the way: missing roots, closed folders.
[[nodiscard]] std::vector<Error> ordered_scan(const std::vector<std::string>& roots,
                                              const OrderedScanOptions& options,
                                              ScanService& service, ScanProgress& progress,
                                              const std::function<bool(ScannedFile&)>& report);

}  // namespace credence
