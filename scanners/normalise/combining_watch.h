#pragma once

#include <cstddef>

#include "scanners/core/utf8.h"
#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Finds letters under heaps of combining marks ("Zalgo"). Marks of a script of
// their own (Arabic, Hebrew, Indic) do not count; phonetic transcription and
// Vietnamese need no more than three a letter.
class CombiningWatch {
 public:
  static constexpr int kStackMax = 3;       // marks a letter that are not remarkable
  static constexpr int kStacksMin = 3;      // heaps that make a finding
  static constexpr std::size_t kGap = 128;  // bytes between heaps of one finding

  CombiningWatch(const MappedText& source, UnicodeReporter& reporter)
      : source_(source), reporter_(reporter) {}

  // Called for each general combining mark, in order.
  void see(std::size_t offset, CodePoint point);
  void finish() { flush(); }

 private:
  void flush();

  const MappedText& source_;
  UnicodeReporter& reporter_;
  std::size_t stack_end_ = 0;
  int stack_ = 0;
  int stacks_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace credence::normalise
