#include "scanners/normalise/styled_watch.h"

namespace credence::normalise {

void StyledWatch::see(std::size_t offset, CodePoint point, ClassMask mask) {
  const std::size_t gap = (mask & kFullwidth) != 0 ? kGapFullwidth : kGap;
  if (end_ == 0 || offset > end_ + gap) {
    flush();
    begin_ = offset;
  } else if (offset != end_) {
    letters_ = 0;
  }
  if (++letters_ == kLettersMin) ++words_;
  end_ = offset + point.length;
}

void StyledWatch::flush() {
  if (words_ >= kWordsMin) {
    reporter_.report({FindingCode::kStyledLetters, source_.map.to_source({begin_, end_ - begin_}),
                      0.3F, "unicode.styled_words"});
  }
  letters_ = 0;
  words_ = 0;
}

}  // namespace credence::normalise
