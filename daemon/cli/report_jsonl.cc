#include <ostream>

#include "daemon/cli/report_writer.h"

namespace credence::cli {
namespace {

class JsonlWriter final : public ReportWriter {
 public:
  JsonlWriter(std::ostream& out, bool all) : out_(out), all_(all) {}

  void file(const ScannedFile& file) override {
    const std::string uri = file.uri();
    if (!file.by_record) {
      whole(file.outcome, uri);
      return;
    }
    for (std::size_t i = 0; i < file.outcome.report.chunks.size(); ++i) {
      if (!wanted(file.outcome.chunk_decisions[i])) continue;
      out_ << record_to_json(file.outcome, i, uri) << '\n';
    }
    if (file.remainder) whole(*file.remainder, uri);
  }

  void finish(const ScanSummary& /*summary*/, const std::vector<Error>& /*troubles*/) override {
    out_.flush();
  }

 private:
  [[nodiscard]] bool wanted(const Decision& decision) const {
    return all_ || decision.verdict != Verdict::kNothingFound;
  }

  void whole(const ScanOutcome& outcome, std::string_view uri) {
    if (wanted(outcome.decision)) out_ << to_json(outcome, uri) << '\n';
  }

  std::ostream& out_;
  bool all_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_jsonl_writer(std::ostream& out, bool all) {
  return std::make_unique<JsonlWriter>(out, all);
}

}  // namespace credence::cli
