#include "daemon/cli/evaluation.h"

#include <doctest/doctest.h>

namespace credence::cli {

TEST_CASE("a threshold lets no more benign texts through than its rate") {
  Evaluation evaluation;
  for (int i = 0; i < 100; ++i) {
    evaluation.add("benign", false, static_cast<float>(i) / 200, false);
  }
  for (const float score : {0.0F, 0.4F, 0.495F, 0.9F}) evaluation.add("attack", true, score, false);
  const struct {
    double rate;
    std::size_t benign;
    std::size_t attacks;
  } cases[] = {
      {0.0, 0, 1}, {0.01, 1, 2}, {0.05, 5, 2}, {0.5, 50, 3}, {1.0, 99, 3},
  };
  for (const auto& c : cases) {
    CAPTURE(c.rate);
    const auto at = evaluation.at_false_positive_rate(c.rate);
    CHECK(at.benign_flagged == c.benign);
    CHECK(at.attacks_flagged == c.attacks);
  }
}

}  // namespace credence::cli
