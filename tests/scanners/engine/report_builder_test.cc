#include "scanners/engine/report_builder.h"

#include <string>

#include <doctest/doctest.h>

namespace credence {
namespace {

Finding finding(FindingCode code, float score) { return Finding::of(code, 0, {0, 1}, score); }

std::size_t count_of(const Report& report, FindingCode code) {
  std::size_t count = 0;
  for (const Finding& each : report.findings) count += each.code == code ? 1U : 0U;
  return count;
}

}  // namespace

TEST_CASE("a flood of weak findings hides no strong one") {
  Report report;
  ReportBuilder builder(report, 10);
  for (int i = 0; i < 10'000; ++i) builder.add(finding(FindingCode::kPersonalData, 0.3F));
  builder.add(finding(FindingCode::kToolHijack, 0.9F));
  builder.add(finding(FindingCode::kToolHijack, 0.8F));  // decides nothing beside the other
  builder.add(finding(FindingCode::kHiddenText, 0.9F));  // information decides nothing
  CHECK(count_of(report, FindingCode::kPersonalData) == 10);
  CHECK(count_of(report, FindingCode::kMatchStorm) == 1);
  CHECK(count_of(report, FindingCode::kToolHijack) == 1);
  CHECK(count_of(report, FindingCode::kHiddenText) == 0);
}

TEST_CASE("at the limit nothing is left out") {
  Report report;
  ReportBuilder builder(report, 10);
  for (int i = 0; i < 10; ++i) builder.add(finding(FindingCode::kPersonalData, 0.3F));
  CHECK(report.findings.size() == 10);
  builder.add(finding(FindingCode::kPersonalData, 0.3F));
  CHECK(report.findings.size() == 11);
  CHECK(count_of(report, FindingCode::kMatchStorm) == 1);
}

TEST_CASE("past the limit each chunk that is judged alone keeps its strongest") {
  Report report;
  ReportBuilder builder(report, 1);
  builder.add(finding(FindingCode::kToolHijack, 0.9F));
  for (int chunk = 0; chunk < 3; ++chunk) {
    builder.begin_chunk(true);
    builder.add(finding(FindingCode::kToolHijack, 0.7F));
    builder.add(finding(FindingCode::kToolHijack, 0.6F));
    builder.add(finding(FindingCode::kToolHijack, 0.8F));
  }
  CHECK(count_of(report, FindingCode::kToolHijack) == 1 + 3 * 2);
  builder.begin_chunk(false);
  builder.add(finding(FindingCode::kToolHijack, 0.7F));
  CHECK(count_of(report, FindingCode::kToolHijack) == 1 + 3 * 2);
}

TEST_CASE("a chunk knows why not all of it was examined") {
  Report report;
  ReportBuilder builder(report, 10);
  builder.begin_chunk(true);
  builder.lower_coverage(Coverage::kPartial, CoverageReason::kDeadline, 0, "late");
  CHECK(builder.chunk_gaps().contains(CoverageReason::kDeadline));
  CHECK_FALSE(builder.chunk_gaps().contains(CoverageReason::kMalformed));
  builder.begin_chunk(true);
  CHECK(builder.chunk_gaps().empty());
  // A gap of a kind that the report has already is one of this chunk all the same.
  builder.lower_coverage(Coverage::kPartial, CoverageReason::kDeadline, 0, "late");
  CHECK(builder.chunk_gaps().contains(CoverageReason::kDeadline));
  CHECK(report.notes.size() == 1);
}

}  // namespace credence
