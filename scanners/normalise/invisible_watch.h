#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scanners/core/utf8.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"
#include "scanners/normalise/unicode_classes.h"
#include "scanners/normalise/unicode_reporter.h"

namespace credence::normalise {

// Judges the invisible characters of a text, which every script but ASCII has a
// good use for, and reads what is hidden in them:
//
// - tag characters, unless they spell the flag of a region (UTS 51, C.1);
// - variation selectors that follow no base that takes one, as bytes
//   (U+FE00–FE0F are 0–15, U+E0100–E01EF are 16–255);
// - zero-width characters, by the company they keep: joiners between letters that
//   join, after a virama and inside emoji are spelling; runs are data; where they
//   stand for blanks, a reading with blanks is made;
// - bidirectional controls: overrides, and embeddings that nothing closes.
class InvisibleWatch {
 public:
  InvisibleWatch(const UnicodeClasses& classes, const LanguageGate& gate, const MappedText& source,
                 UnicodeReporter& reporter, std::vector<Decoded>& hidden)
      : classes_(classes), gate_(gate), source_(source), reporter_(reporter), hidden_(hidden) {}

  // Called for each invisible character, in order.
  void see(std::size_t offset, CodePoint point, ClassMask mask);
  void finish();

 private:
  // Bytes being collected from characters that stand near one another.
  struct Payload {
    std::optional<TextBuilder> bytes;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t in_row = 0;      // characters without others between them, now
    std::size_t in_row_max = 0;  // and at most
  };
  static constexpr std::size_t kPayloadGap = 64;  // bytes between characters of one payload

  void tag(std::size_t offset, CodePoint point);
  void selector(std::size_t offset, CodePoint point);
  void zero_width(std::size_t offset, CodePoint point);
  void bidi(std::size_t offset, CodePoint point);

  void collect(Payload& payload, char byte, std::size_t offset, std::size_t end);
  void flush_tags();
  void flush_selectors();
  void flush_run();
  void flush_hits();
  void read_as_blanks(std::size_t begin, std::size_t end);
  void flush_paragraph();

  [[nodiscard]] bool is_spelling() const;
  [[nodiscard]] ClassMask class_before(std::size_t offset) const;
  [[nodiscard]] ClassMask class_after(std::size_t offset) const;
  [[nodiscard]] ByteSpan in_chunk(std::size_t begin, std::size_t end) const {
    return source_.map.to_source({begin, end - begin});
  }

  const UnicodeClasses& classes_;
  const LanguageGate& gate_;
  MappedText source_;
  UnicodeReporter& reporter_;
  std::vector<Decoded>& hidden_;

  Payload tags_;
  std::size_t flag_end_ = 0;  // tags before it belong to a flag
  Payload selectors_;

  // The run of zero-width characters being read.
  std::vector<char32_t> run_;
  std::size_t run_begin_ = 0;
  std::size_t run_end_ = 0;

  // Zero-width characters that no spelling explains, near one another.
  std::size_t hits_ = 0;
  std::size_t hits_begin_ = 0;
  std::size_t hits_end_ = 0;

  // Bidirectional controls of one paragraph.
  std::size_t bidi_first_ = 0;
  std::size_t bidi_last_ = 0;
  int embeddings_ = 0;
  int isolates_ = 0;
  int bidi_count_ = 0;
  std::size_t override_begin_ = 0;  // after an override not closed yet; 0 when none
  bool overrides_ = false;
};

}  // namespace credence::normalise
