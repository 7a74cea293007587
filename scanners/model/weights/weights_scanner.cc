#include "scanners/model/weights/weights_scanner.h"

#include <string>
#include <utility>

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

class WeightsScanner final : public Scanner {
 public:
  explicit WeightsScanner(const WeightsFormat& format)
      : format_(format), info_{format.name, format.version, Scope::kLayer, format.accepts} {}

  [[nodiscard]] const ScannerInfo& info() const noexcept override { return info_; }

  Result<void> scan(const Subject& subject, Budget& budget, Scratch& /*scratch*/,
                    ScanSink& sink) const override {
    const Layer& layer = subject.layer;
    const WeightsFile file = format_.parse(layer, budget);
    for (const WeightsProblem& problem : file.problems) sink.add(to_finding(problem, layer.id));
    for (const WeightsGap& gap : file.gaps) {
      sink.lower_coverage(Coverage::kPartial, gap.reason, layer.id, gap.detail);
    }
    return {};
  }

 private:
  const WeightsFormat& format_;
  ScannerInfo info_;
};

}  // namespace

std::unique_ptr<Scanner> make_weights_scanner(const WeightsFormat& format) {
  return std::make_unique<WeightsScanner>(format);
}

}  // namespace credence
