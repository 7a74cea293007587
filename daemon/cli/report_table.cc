#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <string>

#include "daemon/cli/report_writer.h"
#include "scanners/core/utf8.h"

namespace credence::cli {
namespace {

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kMalicious: return "\x1b[31;1m";
    case Verdict::kSuspicious: return "\x1b[33;1m";
    case Verdict::kUndetermined: return "\x1b[35m";
    case Verdict::kTrusted: return "\x1b[32m";
    case Verdict::kNothingFound: return "\x1b[2m";
  }
  return "";
}

std::string fixed(double value, int digits) {
  std::array<char, 48> text;
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  return text.data();
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

class TableWriter final : public ReportWriter {
 public:
  TableWriter(std::ostream& out, TableOptions options) : out_(out), options_(options) {}

  void file(const ScannedFile& file) override {
    const ScanOutcome& outcome = file.outcome;
    if (options_.records && !outcome.report.chunks.empty()) {
      for (std::size_t i = 0; i < outcome.report.chunks.size(); ++i) record(file, i);
      if (outcome.report.coverage == Coverage::kComplete) return;
    }
    if (!options_.all && outcome.decision.verdict == Verdict::kNothingFound) return;
    line(outcome.decision, printable(file.path, 400));
    std::vector<const Finding*> findings;
    for (const Finding& finding : outcome.report.findings) findings.push_back(&finding);
    show(outcome.report, findings, outcome.decision);
    for (const CoverageNote& note : outcome.report.notes) gap(outcome.report, note);
  }

  void finish(const ScanSummary& summary) override {
    out_ << '\n' << summary.files << " files";
    if (summary.records > 0) out_ << ", " << summary.records << " records";
    out_ << ", " << fixed(static_cast<double>(summary.bytes) / 1e6, 1) << " MB in "
         << fixed(summary.seconds, 2) << " s: " << summary.malicious << " malicious, "
         << summary.suspicious << " suspicious, " << summary.undetermined << " undetermined\n";
    out_.flush();
  }

 private:
  void record(const ScannedFile& file, std::size_t index) {
    const Report& report = file.outcome.report;
    const ChunkRecord& chunk = report.chunks[index];
    const Decision& decision = file.outcome.chunk_decisions[index];
    if (!options_.all && decision.verdict == Verdict::kNothingFound) return;
    const std::string& id = chunk.record_id.empty() ? chunk.locator : chunk.record_id;
    line(decision, printable(file.path, 400) + "#" + printable(id, 100));
    std::vector<const Finding*> findings;
    for (const std::uint32_t i : chunk.findings) findings.push_back(&report.findings[i]);
    show(report, findings, decision);
  }

  void line(const Decision& decision, const std::string& name) {
    if (!head_) {
      out_ << padded("VERDICT", 14) << padded("DISPOSITION", 12) << padded("SCORE", 6) << "FILE\n";
      head_ = true;
    }
    if (options_.colour) out_ << colour_of(decision.verdict);
    out_ << padded(to_string(decision.verdict), 14) << padded(to_string(decision.disposition), 12)
         << padded(fixed(static_cast<double>(decision.score), 2), 6);
    if (options_.colour) out_ << "\x1b[0m";
    out_ << name << '\n';
  }

  // The findings that say most, strongest first; weak ones only where nothing is strong.
  void show(const Report& report, std::vector<const Finding*> findings, const Decision& decision) {
    if (decision.verdict == Verdict::kNothingFound) return;
    std::erase_if(findings, [](const Finding* f) { return f->severity == Severity::kInfo; });
    std::stable_sort(findings.begin(), findings.end(), [](const Finding* a, const Finding* b) {
      return std::pair(a->strength, a->score) > std::pair(b->strength, b->score);
    });
    const std::size_t shown = std::min<std::size_t>(findings.size(), options_.findings);
    for (std::size_t i = 0; i < shown; ++i) {
      finding(report, *findings[i]);
      if (i + 1 == shown && findings.size() > shown) {
        out_ << "  … " << findings.size() - shown << " more";
      }
      out_ << '\n';
    }
  }

  // The last line is left open.
  void finding(const Report& report, const Finding& finding) {
    const FindingInfo& row = info(finding.code);
    std::string what = "    " + std::string(row.id) + "  " + std::string(row.title);
    if (finding.channel != Channel::kVisible) what += ", " + words(to_string(finding.channel));
    if (finding.decoding != Decoding::kNone) what += ", " + words(to_string(finding.decoding));
    const std::string where = place(report, finding);
    out_ << what;
    if (what.size() + where.size() + 2 > options_.width) out_ << "\n    ";
    out_ << "  " << where;
    const std::size_t room = options_.width > 40 ? options_.width - 20 : 80;
    if (!finding.evidence.empty()) out_ << "\n      “" << printable(finding.evidence, room) << "”";
  }

  static std::string place(const Report& report, const Finding& finding) {
    std::string out = "[";
    if (finding.layer != 0 && finding.layer < report.layers.size()) {
      out += report.layers[finding.layer].path + ' ';
    }
    if (!finding.locator.empty()) out += finding.locator + ", ";
    return out + "bytes " + std::to_string(finding.span.offset) + '-' +
           std::to_string(finding.span.end()) + ']';
  }

  static std::string words(std::string_view name) {
    std::string out(name);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
  }

  void gap(const Report& report, const CoverageNote& note) {
    out_ << "    not examined: " << to_string(note.reason);
    if (note.layer != 0 && note.layer < report.layers.size()) {
      out_ << " in " << report.layers[note.layer].path;
    }
    if (!note.detail.empty()) out_ << " (" << note.detail << ')';
    out_ << '\n';
  }

  std::ostream& out_;
  TableOptions options_;
  bool head_ = false;
};

}  // namespace

std::unique_ptr<ReportWriter> make_table_writer(std::ostream& out, TableOptions options) {
  return std::make_unique<TableWriter>(out, options);
}

}  // namespace credence::cli
