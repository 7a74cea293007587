#include "scanners/normalise/unicode_reporter.h"

#include <algorithm>
#include <utility>

#include "scanners/core/utf8.h"

namespace credence::normalise {
namespace {

// Some text on both sides helps a person who reads the evidence.
constexpr std::uint64_t kContext = 32;

std::string_view around(std::string_view text, ByteSpan span) {
  const std::uint64_t begin = span.offset > kContext ? span.offset - kContext : 0;
  const std::size_t from = utf8_floor(text, begin);
  const std::uint64_t length = std::min<std::uint64_t>(span.length, Finding::kEvidenceMax);
  const std::size_t to = utf8_floor(text, span.offset + length + kContext);
  return text.substr(from, to - from);
}

}  // namespace

void UnicodeReporter::report(const Observation& observation) {
  const std::size_t index = static_cast<std::size_t>(observation.code) -
                            static_cast<std::size_t>(FindingCode::kTagCharacters);
  CREDENCE_CHECK(index < kCodes);
  if (reported_[index]++ >= per_code_max_) return;
  Finding finding = Finding::of(observation.code, layer_, chunk_.map.to_source(observation.span),
                                observation.score);
  finding.strength = observation.strength;
  finding.channel = chunk_.channel_at(observation.span.offset);
  finding.decoding = observation.decoding;
  finding.evidence = printable(
      observation.shown.empty() ? around(chunk_.text.text(), observation.span) : observation.shown,
      Finding::kEvidenceMax);
  finding.rule = observation.rule;
  finding.locator = chunk_.locator;
  finding.record_id = chunk_.record_id;
  finding.atlas = "AML.T0068";
  finding.owasp = "LLM01:2025";
  finding.stride = "T";
  sink_.add(std::move(finding));
}

}  // namespace credence::normalise
