#pragma once

#include <cstddef>

#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Weighs the invalid bytes of a text: one finding for all of them. Stray bytes of
// an 8-bit encoding are everyday; overlong forms are made on purpose.
class EncodingWatch {
 public:
  EncodingWatch(const MappedText& source, UnicodeReporter& reporter)
      : source_(source), reporter_(reporter) {}

  // The byte at `offset` begins no character.
  void see(std::size_t offset) noexcept;
  void finish();

 private:
  const MappedText& source_;
  UnicodeReporter& reporter_;
  std::size_t first_ = 0;
  std::size_t first_overlong_ = 0;
  std::size_t count_ = 0;
  std::size_t overlong_ = 0;
};

}  // namespace credence::normalise
