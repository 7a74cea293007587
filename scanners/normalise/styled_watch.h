#pragma once

#include <cstddef>

#include "scanners/core/utf8.h"
#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_classes.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Finds sentences spelled in mathematical, circled, squared or fullwidth letters.
// Formulas (single letters) and East Asian text (a fullwidth word here and there)
// stay below the count of words.
class StyledWatch {
 public:
  static constexpr int kLettersMin = 3;            // letters that make a word
  static constexpr int kWordsMin = 3;              // words that make a finding
  static constexpr std::size_t kGap = 16;          // bytes between words of one sentence
  static constexpr std::size_t kGapFullwidth = 4;  // the same for fullwidth letters

  StyledWatch(const MappedText& source, UnicodeReporter& reporter)
      : source_(source), reporter_(reporter) {}

  // Called for each styled letter, in order.
  void see(std::size_t offset, CodePoint point, ClassMask mask);
  void finish() { flush(); }

 private:
  void flush();

  const MappedText& source_;
  UnicodeReporter& reporter_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  int letters_ = 0;
  int words_ = 0;
};

}  // namespace credence::normalise
