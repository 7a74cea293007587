#include "daemon/cli/evaluation.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace credence::cli {
namespace {

std::size_t count_at_least(const std::vector<float>& scores, float threshold) {
  return static_cast<std::size_t>(
      std::count_if(scores.begin(), scores.end(), [&](float score) { return score >= threshold; }));
}

}  // namespace

void Evaluation::add(const std::string& group, bool attack, float score, bool flagged) {
  (attack ? attacks_ : benign_).push_back(score);
  Group& entry = (attack ? attack_groups_ : benign_groups_)[group];
  ++entry.count;
  entry.flagged += flagged ? 1U : 0U;
}

Evaluation::Rate Evaluation::at_false_positive_rate(double rate) const {
  std::vector<float> sorted = benign_;
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto allowed =
      static_cast<std::size_t>(std::floor(rate * static_cast<double>(sorted.size())));
  // The next score above the first benign one that may not be flagged; never zero, which
  // would flag texts in which nothing was seen.
  float threshold = std::numeric_limits<float>::min();
  if (allowed < sorted.size()) {
    threshold = std::max(threshold, std::nextafter(sorted[allowed], 2.0F));
  }
  return {static_cast<double>(threshold), count_at_least(benign_, threshold),
          count_at_least(attacks_, threshold)};
}

}  // namespace credence::cli
