#include "scanners/model/weights/weights_finding.h"

#include <string_view>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

struct Weighing {
  float score;
  std::string_view atlas;
  std::string_view stride;
};

// A file that no loader of the format takes was not written by one of its libraries; one
// whose lengths make an unwary loader overrun its memory was made to do so.
constexpr Weighing weighing(FindingCode code) noexcept {
  if (code == FindingCode::kImpossibleLength) return {0.9F, "AML.T0011.000", "DE"};
  if (code == FindingCode::kTensorOverlap) return {0.9F, "AML.T0011.000", "TE"};
  if (code == FindingCode::kUnownedBytes) return {0.7F, "AML.T0010.003", "T"};
  return {0.6F, "AML.T0010.003", "T"};
}

}  // namespace

Finding to_finding(const WeightsProblem& problem, LayerId layer) {
  const Weighing weighed = weighing(problem.code);
  Finding finding = Finding::of(problem.code, layer, problem.span, weighed.score);
  // Which of two values of a key is believed differs between loaders.
  finding.strength = Strength::kStrong;
  finding.rule = problem.rule;
  finding.evidence = printable(problem.detail, Finding::kEvidenceMax);
  finding.atlas = weighed.atlas;
  finding.owasp = "LLM03:2025";
  finding.stride = weighed.stride;
  return finding;
}

}  // namespace credence
