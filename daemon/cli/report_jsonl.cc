#include <ostream>

#include "daemon/cli/report_writer.h"
#include "daemon/pipeline/file_uri.h"

namespace credence::cli {
namespace {

class JsonlWriter final : public ReportWriter {
 public:
  JsonlWriter(std::ostream& out, bool records) : out_(out), records_(records) {}

  void file(const ScannedFile& file) override {
    const std::string uri = file_uri(file.path);
    const ScanOutcome& outcome = file.outcome;
    const bool by_record = records_ && !outcome.report.chunks.empty();
    if (by_record) {
      for (std::size_t i = 0; i < outcome.report.chunks.size(); ++i) {
        out_ << record_to_json(outcome, i, uri) << '\n';
      }
    }
    // A file of records is a line of its own only where it says more than they do.
    if (!by_record || outcome.report.coverage != Coverage::kComplete) {
      out_ << to_json(outcome, uri) << '\n';
    }
  }

  void finish(const ScanSummary& /*summary*/) override { out_.flush(); }

 private:
  std::ostream& out_;
  bool records_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_jsonl_writer(std::ostream& out, bool records) {
  return std::make_unique<JsonlWriter>(out, records);
}

}  // namespace credence::cli
