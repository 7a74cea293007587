#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/cli/report_writer.h"
#include "daemon/pipeline/file_uri.h"
#include "scanners/core/json_writer.h"

namespace credence::cli {
namespace {

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "none";
    case Severity::kLow: return "note";
    case Severity::kMedium: return "warning";
    case Severity::kHigh:
    case Severity::kCritical: return "error";
  }
  return "warning";
}

// SARIF 2.1.0 (OASIS standard, 27 March 2020). Results are kept as text until the end,
// because the rules they index stand before them in the document.
class SarifWriter final : public ReportWriter {
 public:
  explicit SarifWriter(std::ostream& out) : out_(out) {}

  void file(const ScannedFile& file) override {
    const std::string uri = file_uri(file.path);
    for (const Finding& finding : file.outcome.report.findings) result(uri, file.outcome, finding);
    for (const CoverageNote& note : file.outcome.report.notes) notification(uri, note);
  }

  void finish(const ScanSummary& /*summary*/) override {
    std::string text;
    JsonWriter json(text);
    json.begin_object()
        .member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        .member("version", "2.1.0")
        .key("runs")
        .begin_array()
        .begin_object();
    json.key("tool").begin_object().key("driver").begin_object();
    json.member("name", "Credence").member("version", CREDENCE_VERSION);
    json.key("rules").begin_array();
    for (const FindingInfo& row : finding_catalogue()) {
      json.begin_object().member("id", row.id);
      json.key("shortDescription").begin_object().member("text", row.title).end_object();
      json.key("defaultConfiguration")
          .begin_object()
          .member("level", level_of(row.severity))
          .end_object();
      json.end_object();
    }
    json.end_array().end_object().end_object();
    json.key("invocations").begin_array().begin_object();
    json.member("executionSuccessful", notifications_.empty());
    json.key("toolExecutionNotifications").begin_array();
    for (const std::string& notification : notifications_) json.raw(notification);
    json.end_array().end_object().end_array();
    json.member("columnKind", "utf16CodeUnits");
    json.key("results").begin_array();
    for (const std::string& result : results_) json.raw(result);
    json.end_array().end_object().end_array().end_object();
    out_ << text << '\n';
    out_.flush();
  }

 private:
  static void location(JsonWriter& json, std::string_view uri, const ByteSpan* span,
                       std::string_view layer) {
    json.key("locations").begin_array().begin_object();
    json.key("physicalLocation").begin_object();
    json.key("artifactLocation").begin_object().member("uri", uri).end_object();
    if (span != nullptr) {
      json.key("region")
          .begin_object()
          .member("byteOffset", span->offset)
          .member("byteLength", span->length)
          .end_object();
    }
    json.end_object();
    if (!layer.empty()) {
      json.key("logicalLocations")
          .begin_array()
          .begin_object()
          .member("fullyQualifiedName", layer)
          .end_object()
          .end_array();
    }
    json.end_object().end_array();
  }

  void result(std::string_view uri, const ScanOutcome& outcome, const Finding& finding) {
    const FindingInfo& row = info(finding.code);
    const auto& layers = outcome.report.layers;
    const bool nested = finding.layer != 0 && finding.layer < layers.size();
    std::string text;
    JsonWriter json(text);
    json.begin_object()
        .member("ruleId", row.id)
        .member("ruleIndex", static_cast<int>(finding.code))
        .member("level", level_of(finding.severity));
    json.key("message")
        .begin_object()
        .member("text",
                std::string(row.title) + (finding.evidence.empty() ? "" : ": " + finding.evidence))
        .end_object();
    // A span inside an archive is no span of the file that SARIF names.
    location(json, uri, nested ? nullptr : &finding.span,
             nested ? std::string_view(layers[finding.layer].path) : std::string_view());
    json.key("partialFingerprints")
        .begin_object()
        .member("credence/v1", outcome.digest.hex().substr(0, 32) + "/" + finding.rule + "/" +
                                   std::to_string(finding.layer) + "/" +
                                   std::to_string(finding.span.offset))
        .end_object();
    json.key("properties")
        .begin_object()
        .member("rule", finding.rule)
        .member("score", finding.score)
        .member("strength", to_string(finding.strength))
        .member("channel", to_string(finding.channel))
        .member("decoding", to_string(finding.decoding))
        .member("layerOffset", finding.span.offset)
        .member("layerLength", finding.span.length)
        .member("atlas", finding.atlas)
        .member("owasp", finding.owasp)
        .member("stride", finding.stride)
        .member("verdict", to_string(outcome.decision.verdict))
        .end_object();
    json.end_object();
    results_.push_back(std::move(text));
  }

  void notification(std::string_view uri, const CoverageNote& note) {
    std::string text;
    JsonWriter json(text);
    json.begin_object().member("level", "warning");
    json.key("message")
        .begin_object()
        .member("text", "not examined: " + std::string(to_string(note.reason)) +
                            (note.detail.empty() ? "" : ", " + note.detail))
        .end_object();
    location(json, uri, nullptr, {});
    json.end_object();
    notifications_.push_back(std::move(text));
  }

  std::ostream& out_;
  std::vector<std::string> results_;
  std::vector<std::string> notifications_;
};

}  // namespace

std::unique_ptr<ReportWriter> make_sarif_writer(std::ostream& out) {
  return std::make_unique<SarifWriter>(out);
}

}  // namespace credence::cli
