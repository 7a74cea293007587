#include "daemon/sandbox/report_codec.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "tests/daemon/sandbox/sample_report.h"

namespace credence {

TEST_CASE("a report comes back as it was") {
  const Report report = sample_report();
  const std::string bytes = encode_report(report);
  auto back = decode_report(bytes);
  REQUIRE(back.ok());
  CHECK(encode_report(*back) == bytes);
  CHECK(back->kind == report.kind);
  CHECK(back->size == report.size);
  CHECK(back->coverage == report.coverage);
  CHECK(back->wants_sandbox);
  CHECK(back->notes[0].detail == "cut");
  CHECK(back->layers[1].path == "a.tar");
  const Finding& finding = back->findings[0];
  CHECK(finding.code == FindingCode::kToolHijack);
  CHECK(finding.severity == Severity::kCritical);
  CHECK(finding.strength == Strength::kStrong);
  CHECK(finding.score == 0.75F);
  CHECK(finding.span == ByteSpan{40, 10});
  CHECK(finding.channel == Channel::kHidden);
  CHECK(finding.decoding == Decoding::kBase64);
  CHECK(finding.evidence == "évidence");
  CHECK(finding.record_id == "id\n1");
  CHECK(finding.stride == "TE");
  CHECK(back->chunks[0].digest == report.chunks[0].digest);
  CHECK(back->chunks[0].findings == report.chunks[0].findings);
}

TEST_CASE("an empty report comes back too") {
  auto back = decode_report(encode_report(Report()));
  REQUIRE(back.ok());
  CHECK(back->coverage == Coverage::kComplete);
  CHECK(back->layers.empty());
}

TEST_CASE("a report cut or continued anywhere is refused") {
  const std::string bytes = encode_report(sample_report());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_report(std::string_view(bytes).substr(0, size)).ok());
  }
  CHECK_FALSE(decode_report(bytes + '\0').ok());
}

// Whatever a bent report decodes to satisfies what the rest of the program relies on.
TEST_CASE("no bent byte gets past the checks") {
  const std::string whole = encode_report(sample_report());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int value : {0, 1, 0x7F, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(value);
      const auto report = decode_report(bytes);
      if (!report) continue;
      for (const Finding& finding : report->findings) {
        const std::uint64_t size = report->layers.at(finding.layer).size;
        CHECK(finding.span.offset <= size);
        CHECK(finding.span.length <= size - finding.span.offset);
        CHECK(finding.score >= 0);
        CHECK(finding.score <= 1);
      }
    }
  }
}

TEST_CASE("lies about structure are refused") {
  const struct {
    const char* name;
    std::function<void(Report&)> bend;
    bool accepted;
  } cases[] = {
      {"nothing", [](Report&) {}, true},
      {"span at the end",
       [](Report& r) {
         r.findings[0].span = {50, 0};
       },
       true},
      {"span past the end",
       [](Report& r) {
         r.findings[0].span = {50, 1};
       },
       false},
      {"offset past the end",
       [](Report& r) {
         r.findings[0].span = {51, 0};
       },
       false},
      {"span that wraps",
       [](Report& r) {
         r.findings[0].span = {1, ~0ULL};
       },
       false},
      {"finding in no layer", [](Report& r) { r.findings[0].layer = 2; }, false},
      {"note in no layer", [](Report& r) { r.notes[0].layer = 2; }, false},
      {"chunk in no layer", [](Report& r) { r.chunks[0].layer = 2; }, false},
      {"chunk with no finding", [](Report& r) { r.chunks[0].findings = {2}; }, false},
      {"layer out of order", [](Report& r) { r.layers[1].id = 0; }, false},
      {"layer that is its own parent", [](Report& r) { r.layers[1].parent = 1; }, false},
      {"root with a parent", [](Report& r) { r.layers[0].parent = 1; }, false},
      {"score above one", [](Report& r) { r.findings[0].score = 1.5F; }, false},
      {"negative score", [](Report& r) { r.findings[0].score = -0.1F; }, false},
      {"score that is no number", [](Report& r) { r.findings[0].score = std::nanf(""); }, false},
      {"complete, with a note", [](Report& r) { r.coverage = Coverage::kComplete; }, false},
      {"unknown coverage", [](Report& r) { r.coverage = static_cast<Coverage>(3); }, false},
      {"unknown kind", [](Report& r) { r.kind = static_cast<MediaKind>(200); }, false},
      {"unknown code", [](Report& r) { r.findings[0].code = static_cast<FindingCode>(250); },
       false},
      {"unknown channel", [](Report& r) { r.findings[0].channel = static_cast<Channel>(9); },
       false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Report report = sample_report();
    c.bend(report);
    CHECK(decode_report(encode_report(report)).ok() == c.accepted);
  }
}

TEST_CASE("a count promises no memory") {
  std::string bytes = encode_report(Report());
  for (std::size_t at = bytes.size() - 16; at < bytes.size(); at += 4) {
    std::string bent = bytes;
    bent.replace(at, 4, "\xFF\xFF\xFF\x00", 4);
    CHECK_FALSE(decode_report(bent).ok());
  }
}

TEST_CASE("a report beyond the bounds is cut, and says so") {
  Report report;
  report.chunks.resize(1'000'001);
  auto back = decode_report(encode_report(report));
  REQUIRE(back.ok());
  CHECK(back->chunks.size() == 1'000'000);
  CHECK(back->coverage == Coverage::kPartial);
  REQUIRE(back->notes.size() == 1);
  CHECK(back->notes[0].reason == CoverageReason::kExpansionLimit);
  report.chunks.resize(40'000);
  for (ChunkRecord& chunk : report.chunks) chunk.record_id.assign(4096, 'x');
  back = decode_report(encode_report(report));
  REQUIRE(back.ok());
  CHECK(back->chunks.empty());
  CHECK(back->coverage == Coverage::kPartial);
}

TEST_CASE("texts are cut to their bounds and lose control characters, ids do not") {
  Report report = sample_report();
  report.findings[0].evidence = std::string(1000, 'x');
  report.findings[0].rule = "a\x1b[31mb\nc\x7f";
  auto back = decode_report(encode_report(report));
  REQUIRE(back.ok());
  CHECK(back->findings[0].evidence.size() == Finding::kEvidenceMax);
  CHECK(back->findings[0].rule == "a?[31mb?c?");
  CHECK(back->findings[0].record_id == "id\n1");
}

}  // namespace credence
