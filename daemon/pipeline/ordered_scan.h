#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/pipeline/scan_service.h"
#include "scanners/core/result.h"

namespace credence {

// One file of a scan from the command line.
struct ScannedFile {
  std::string path;  // as it was found: the root as given, then the rest
  FileIdentity identity;
  ScanOutcome outcome;  // of an unreadable file: skipped, with the reason as its gap
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
  std::size_t window = 512;  // files that may be finished ahead of the one reported next
  RecordOptions records;
};

// Scans the files below `roots` on several threads and calls `report` for each on this
// thread, in the order in which they were found. `report` returns false to stop.
// Returns what could not be looked at on the way: missing roots, closed folders.
[[nodiscard]] std::vector<Error> ordered_scan(const std::vector<std::string>& roots,
                                              const OrderedScanOptions& options,
                                              ScanService& service, ScanProgress& progress,
                                              const std::function<bool(ScannedFile&)>& report);

}  // namespace credence
