#include <ostream>

#include "daemon/cli/report_writer.h"

namespace credence::cli {
namespace {

class JsonlWriter final : public ReportWriter {
 public:
  explicit JsonlWriter(std::ostream& out) : out_(out) {}

  void file(const ScannedFile& file) override {
    const std::string uri = file.uri();
    if (!file.by_record) {
      out_ << to_json(file.outcome, uri) << '\n';
      return;
    }
    for (std::size_t i = 0; i < file.outcome.report.chunks.size(); ++i) {
      out_ << record_to_json(file.outcome, i, uri) << '\n';
    }
    if (file.remainder) out_ << to_json(*file.remainder, uri) << '\n';
  }

  void finish(const ScanSummary& /*summary*/, const std::vector<Error>& /*troubles*/) override {
    out_.flush();
  }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_jsonl_writer(std::ostream& out) {
  return std::make_unique<JsonlWriter>(out);
}

}  // namespace credence::cli
