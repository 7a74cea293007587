#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string_view>
#include <vector>

#include "daemon/pipeline/ordered_scan.h"

namespace credence::cli {

// Counts that the exit code and the summary come from.
struct ScanSummary {
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  std::uint64_t malicious = 0;
  std::uint64_t suspicious = 0;
  std::uint64_t undetermined = 0;
  std::uint64_t failing = 0;  // judged at or above --fail-on for what was found in them
  double seconds = 0;
};

// Prints the results of one scan in one format.
class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  // Called for each file, in order.
  virtual void file(const ScannedFile& file) = 0;
  // Called once, at the end.
  virtual void finish(const ScanSummary& summary) = 0;
};

struct TableOptions {
  bool colour = false;
  bool records = false;   // a line a record
  bool all = true;        // also what nothing was found in
  unsigned findings = 3;  // shown of one file
  unsigned width = 100;   // of a line, where that can be kept
};

[[nodiscard]] std::unique_ptr<ReportWriter> make_table_writer(std::ostream& out,
                                                              TableOptions options);
[[nodiscard]] std::unique_ptr<ReportWriter> make_jsonl_writer(std::ostream& out, bool records);
// SARIF 2.1.0, written as one document at the end of the scan.
[[nodiscard]] std::unique_ptr<ReportWriter> make_sarif_writer(std::ostream& out);

}  // namespace credence::cli
