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
  bool by_record = false;  // records were asked for
  bool named = false;      // a record had an id of the caller's
  std::uint64_t files = 0;
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;
  // Of what has a verdict of its own: a file, a record, what is in a file but in no record.
  std::uint64_t malicious = 0;
  std::uint64_t suspicious = 0;
  std::uint64_t undetermined = 0;
  std::uint64_t failing = 0;  // judged at or above --fail-on for what was found in them
  double seconds = 0;
};

// Prints the results of one scan in one format. A file of records that comes in blocks is
// printed block by block.
class ReportWriter {
 public:
  virtual ~ReportWriter() = default;
  // Called for each file, in order.
  virtual void file(const ScannedFile& file) = 0;
  // Called once, at the end. `troubles` could not be looked at.
  virtual void finish(const ScanSummary& summary, const std::vector<Error>& troubles) = 0;
};

struct TableOptions {
  bool colour = false;
  bool all = true;        // also what nothing was found in
  unsigned findings = 3;  // shown of one file
  unsigned width = 100;   // of a line, where that can be kept
};

[[nodiscard]] std::unique_ptr<ReportWriter> make_table_writer(std::ostream& out,
                                                              TableOptions options);
// `all`: also what nothing was found in.
[[nodiscard]] std::unique_ptr<ReportWriter> make_jsonl_writer(std::ostream& out, bool all);
// SARIF 2.1.0, as code-scanning services read it. The files must come with their lines.
[[nodiscard]] std::unique_ptr<ReportWriter> make_sarif_writer(std::ostream& out);

}  // namespace credence::cli
