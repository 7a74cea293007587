#include "scanners/normalise/combining_watch.h"

namespace credence::normalise {

void CombiningWatch::see(std::size_t offset, CodePoint point) {
  stack_ = offset == stack_end_ && stack_ > 0 ? stack_ + 1 : 1;
  stack_end_ = offset + point.length;
  if (stack_ == kStackMax + 1) {
    if (stacks_ > 0 && offset > end_ + kGap) flush();
    if (stacks_++ == 0) begin_ = offset;
  }
  if (stack_ > kStackMax) end_ = stack_end_;
}

void CombiningWatch::flush() {
  if (stacks_ >= kStacksMin) {
    const float score = stacks_ >= 8 ? 0.5F : 0.3F;
    reporter_.report({FindingCode::kCombiningMarks, source_.map.to_source({begin_, end_ - begin_}),
                      score, "unicode.stacked_marks"});
  }
  stacks_ = 0;
}

}  // namespace credence::normalise
