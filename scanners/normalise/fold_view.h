#pragma once

#include <vector>

#include "scanners/normalise/confusables.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_classes.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Reads look-alike, styled, upside-down and accented letters as the ASCII letters
// they resemble, word by word, in paragraphs where that uncovers known words.
// Reports words that mix scripts. Prose in Cyrillic, Greek, French or Vietnamese
// yields nothing: its words become no known English ones when folded.
class Folder {
 public:
  Folder(const UnicodeClasses& classes, const Confusables& confusables, const LanguageGate& gate)
      : classes_(classes), confusables_(confusables), gate_(gate) {}

  // Whether text of these classes can fold at all.
  [[nodiscard]] static bool applies(ClassMask seen) noexcept {
    return (seen & (kLookalike | kStyled | kZalgo | kLatin | kPictograph)) != 0;
  }

  // `canonical` is canonical text.
  void run(const MappedText& canonical, UnicodeReporter& reporter, std::vector<Decoded>& out) const;

 private:
  const UnicodeClasses& classes_;
  const Confusables& confusables_;
  const LanguageGate& gate_;
};

}  // namespace credence::normalise
