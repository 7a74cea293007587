#include <filesystem>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "daemon/cli/report_writer.h"
#include "daemon/pipeline/file_uri.h"
#include "provenance/crypto/sha256.h"
#include "scanners/core/json_writer.h"

namespace credence::cli {
namespace {

// The name of the working folder in URIs, as code-scanning services expect it.
constexpr std::string_view kBase = "%SRCROOT%";

// "none" is no level of a result that reports something.
std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
    case Severity::kLow: return "note";
    case Severity::kMedium: return "warning";
    case Severity::kHigh:
    case Severity::kCritical: return "error";
  }
  return "warning";
}

// On the scale of CVSS, by which code-scanning services sort.
std::string_view security_severity(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "0.1";
    case Severity::kLow: return "3.0";
    case Severity::kMedium: return "5.5";
    case Severity::kHigh: return "8.0";
    case Severity::kCritical: return "9.5";
  }
  return "5.5";
}

// Text from a document as part of a message, where braces stand for arguments and brackets
// for links (section 3.11).
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '{' || c == '}') out += c;
    if (c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string message_of(const Finding& finding) {
  std::string text(info(finding.code).title);
  if (finding.channel != Channel::kVisible) text.append(", ").append(to_string(finding.channel));
  if (!finding.evidence.empty()) text.append(": ").append(escaped(finding.evidence));
  return text;
}

// SARIF 2.1.0 (OASIS standard, 27 March 2020). Results are written as they come.
class SarifWriter final : public ReportWriter {
 public:
  explicit SarifWriter(std::ostream& out) : out_(out) {
    base_ = file_uri(std::filesystem::current_path().string());
    if (!base_.ends_with('/')) base_ += '/';
    begin();
  }

  void file(const ScannedFile& file) override {
    const std::string uri = file.uri();
    const Report& report = file.outcome.report;
    if (file.first) fingerprints_.clear();
    for (std::size_t i = 0; i < report.findings.size(); ++i) {
      result(uri, file, report.findings[i], i < file.lines.size() ? file.lines[i] : LineSpan{});
    }
    for (const CoverageNote& note : report.notes) notification(uri, report, note);
    hand_over();
  }

  void finish(const ScanSummary& /*summary*/, const std::vector<Error>& troubles) override {
    json_.end_array();
    json_.key("invocations").begin_array().begin_object();
    json_.member("executionSuccessful", troubles.empty());
    json_.key("toolExecutionNotifications").begin_array();
    for (const std::string& notification : notifications_) json_.raw(notification);
    for (const Error& trouble : troubles) {
      json_.begin_object().member("level", "error");
      message(json_, escaped(trouble.message()));
      json_.end_object();
    }
    json_.end_array().end_object().end_array();
    json_.end_object().end_array().end_object();
    text_ += '\n';
    hand_over();
    out_.flush();
  }

 private:
  static void message(JsonWriter& json, std::string_view text) {
    json.key("message").begin_object().member("text", text).end_object();
  }

  void begin() {
    json_.begin_object()
        .member("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
        .member("version", "2.1.0");
    json_.key("runs").begin_array().begin_object();
    json_.key("tool").begin_object().key("driver").begin_object();
    json_.member("name", "Credence").member("semanticVersion", CREDENCE_VERSION);
    json_.key("rules").begin_array();
    for (const FindingInfo& row : finding_catalogue()) rule(row);
    json_.end_array().end_object().end_object();
    json_.key("originalUriBaseIds").begin_object().key(kBase).begin_object();
    json_.member("uri", base_).end_object().end_object();
    json_.member("columnKind", "utf16CodeUnits");
    json_.key("results").begin_array();
  }

  void rule(const FindingInfo& row) {
    json_.begin_object().member("id", row.id);
    for (const char* key : {"shortDescription", "fullDescription", "help"}) {
      json_.key(key).begin_object().member("text", row.title).end_object();
    }
    json_.key("defaultConfiguration").begin_object();
    json_.member("level", level_of(row.severity)).end_object();
    json_.key("properties").begin_object().key("tags").begin_array().value("security").end_array();
    json_.member("security-severity", security_severity(row.severity));
    json_.member("precision", row.strength == Strength::kStrong ? "high" : "medium");
    json_.end_object().end_object();
  }

  void artifact_location(JsonWriter& json, std::string_view uri) const {
    json.key("artifactLocation").begin_object();
    if (uri.starts_with(base_)) {
      json.member("uri", uri.substr(base_.size())).member("uriBaseId", kBase);
    } else {
      json.member("uri", uri);
    }
    json.end_object();
  }

  // Services show nothing without a line, so what has none stands on the first: PDF, Word,
  // and what lies in an archive, where the bytes are no bytes of the file that is named.
  static void region(JsonWriter& json, const Finding& finding, const LineSpan& lines) {
    json.key("region").begin_object();
    if (lines.begin_line == 0) {
      json.member("startLine", 1);
    } else {
      json.member("startLine", lines.begin_line).member("startColumn", lines.begin_column);
      json.member("endLine", lines.end_line).member("endColumn", lines.end_column);
    }
    if (finding.layer == 0) {
      json.member("byteOffset", finding.span.offset).member("byteLength", finding.span.length);
    }
    json.end_object();
  }

  static void logical_location(JsonWriter& json, std::string_view name, std::string_view kind) {
    if (name.empty()) return;
    json.begin_object().member("fullyQualifiedName", name).member("kind", kind).end_object();
  }

  // Stays the same while the text around the finding changes: rule, place in the archive and
  // evidence, and which of equal ones it is.
  std::string fingerprint(const Report& report, const Finding& finding) {
    std::string text = finding.rule;
    text += '\n';
    if (finding.layer != 0) text += report.layers[finding.layer].path;
    text += '\n';
    text += finding.evidence;
    const std::string key = sha256(text).hex().substr(0, 32);
    return key + ":" + std::to_string(++fingerprints_[key]);
  }

  void result(std::string_view uri, const ScannedFile& file, const Finding& finding,
              const LineSpan& lines) {
    const Report& report = file.outcome.report;
    const bool nested = finding.layer != 0;
    json_.begin_object()
        .member("ruleId", info(finding.code).id)
        .member("ruleIndex", static_cast<int>(finding.code))
        .member("level", level_of(finding.severity))
        .member("rank", finding.score * 100);
    message(json_, message_of(finding));
    json_.key("locations").begin_array().begin_object();
    json_.key("physicalLocation").begin_object();
    artifact_location(json_, uri);
    region(json_, finding, lines);
    json_.end_object();
    json_.key("logicalLocations").begin_array();
    if (nested) logical_location(json_, report.layers[finding.layer].path, "member");
    logical_location(json_, finding.record_id.empty() ? finding.locator : finding.record_id,
                     "element");
    json_.end_array().end_object().end_array();
    json_.key("partialFingerprints").begin_object();
    json_.member("credence/v1", fingerprint(report, finding)).end_object();
    properties(finding);
    json_.end_object();
  }

  void properties(const Finding& finding) {
    json_.key("properties")
        .begin_object()
        .member("rule", finding.rule)
        .member("evidence", finding.evidence)
        .member("strength", to_string(finding.strength))
        .member("channel", to_string(finding.channel))
        .member("decoding", to_string(finding.decoding))
        .member("layerOffset", finding.span.offset)
        .member("layerLength", finding.span.length)
        .member("atlas", finding.atlas)
        .member("owasp", finding.owasp)
        .member("stride", finding.stride)
        .end_object();
  }

  void notification(std::string_view uri, const Report& report, const CoverageNote& note) {
    std::string text = "not examined: " + std::string(to_string(note.reason));
    if (note.layer != 0) text += " in " + escaped(report.layers[note.layer].path);
    if (!note.detail.empty()) text += ", " + escaped(note.detail);
    std::string out;
    JsonWriter json(out);
    json.begin_object().member("level", "warning");
    message(json, text);
    json.key("locations").begin_array().begin_object();
    json.key("physicalLocation").begin_object();
    artifact_location(json, uri);
    json.end_object().end_object().end_array().end_object();
    notifications_.push_back(std::move(out));
  }

  void hand_over() {
    out_ << text_;
    text_.clear();
  }

  std::ostream& out_;
  std::string base_;  // URI of the working folder
  std::string text_;  // not yet handed to out_
  JsonWriter json_{text_};
  std::map<std::string, int> fingerprints_;  // of the file under way, with their counts
  std::vector<std::string> notifications_;   // they stand behind the results
};

}  // namespace

std::unique_ptr<ReportWriter> make_sarif_writer(std::ostream& out) {
  return std::make_unique<SarifWriter>(out);
}

}  // namespace credence::cli
