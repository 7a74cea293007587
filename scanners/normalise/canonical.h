#pragma once

#include <optional>
#include <vector>

#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/nfkc.h"
#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_classes.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Canonical text: valid UTF-8 in NFKC without invisible characters, every blank a
// plain one, no run of more than kMarkRunMax combining marks.
class Canonicaliser {
 public:
  // The limit of Stream-Safe Text (UAX 15, section 13).
  static constexpr int kMarkRunMax = 30;

  Canonicaliser(const UnicodeClasses& classes, const LanguageGate& gate)
      : classes_(classes), gate_(gate) {}

  struct Outcome {
    std::optional<std::pair<std::string, OffsetMap>> text;  // none: the source is canonical
    ClassMask seen = 0;                                     // classes of all code points past ASCII
  };

  enum class Origin { kChunk, kDecoded };

  // Makes the canonical form of `source`, reports what is odd about its characters
  // and appends what was hidden in invisible ones to `hidden`.
  // Invalid bytes are reported of the chunk itself only.
  [[nodiscard]] Outcome run(const MappedText& source, Origin origin, UnicodeReporter& reporter,
                            std::vector<Decoded>& hidden) const;

 private:
  // 1. Invalid bytes, invisible characters, odd blanks. False when nothing changed.
  [[nodiscard]] bool clean(const MappedText& source, Origin origin, UnicodeReporter& reporter,
                           std::vector<Decoded>& hidden, TextBuilder& out, ClassMask& seen) const;
  // 2. NFKC, of text that clean() leaves alone. False when nothing changed.
  [[nodiscard]] bool compose(const MappedText& source, UnicodeReporter& reporter,
                             TextBuilder& out) const;

  const UnicodeClasses& classes_;
  const LanguageGate& gate_;
  Nfkc nfkc_;
};

}  // namespace credence::normalise
