#include "scanners/normalise/decoders/reversed.h"

#include <algorithm>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/word_runs.h"
#include "scanners/normalise/utf8_scan.h"

namespace credence::normalise {
namespace {

// Writes [begin, end) backwards, point by point.
void write_backwards(const MappedText& source, std::size_t begin, std::size_t end,
                     TextBuilder& out) {
  for (std::size_t to = end; to > begin;) {
    std::size_t from = to - 1;
    while (from > begin && (static_cast<unsigned char>(source.text[from]) & 0xC0) == 0x80) --from;
    const std::string_view piece = source.text.substr(from, to - from);
    if (decode_utf8(piece).length == piece.size()) out.copy(from, to);
    to = from;
  }
}

void write_words_backwards(const MappedText& source, std::size_t begin, std::size_t end,
                           TextBuilder& out) {
  for (std::size_t i = begin; i < end;) {
    const bool blank = is_blank(source.text[i]);
    std::size_t stop = i + 1;
    while (stop < end && is_blank(source.text[stop]) == blank) ++stop;
    if (blank) {
      out.copy(i, stop);
    } else {
      write_backwards(source, i, stop, out);
    }
    i = stop;
  }
}

std::string backwards(std::string_view word) {
  std::string out;
  for (std::size_t to = word.size(); to > 0;) {
    const std::size_t from = utf8_floor(word, to - 1);
    out += word.substr(from, to - from);
    to = from;
  }
  return out;
}

using WriteRun = void (*)(const MappedText& source, std::size_t begin, std::size_t end,
                          TextBuilder& out);

// Source bytes [begin, end) with `runs` written by `write`.
Decoded with_runs(const MappedText& source, std::size_t begin, std::size_t end,
                  const std::vector<Stretch>& runs, WriteRun write) {
  TextBuilder out(source);
  std::size_t copied = begin;
  for (const Stretch& run : runs) {
    out.copy(copied, run.begin);
    write(source, run.begin, run.end, out);
    copied = run.end;
  }
  out.copy(copied, end);
  return make_decoded(out.take(), Decoding::kReversed, true);
}

}  // namespace

bool append_reversed(const MappedText& source, std::size_t begin, std::size_t end,
                     const LanguageGate& gate, std::vector<Decoded>& out) {
  TextBuilder whole(source);
  write_backwards(source, begin, end, whole);
  TextBuilder words(source);
  write_words_backwards(source, begin, end, words);
  const auto before = gate.measure(source.text.substr(begin, end - begin));
  const auto of_whole = gate.measure(whole.text());
  const auto of_words = gate.measure(words.text());
  // Known words in either order are equally many: the order of words decides
  // nothing here, so the whole reversal, the commoner trick, wins a tie.
  const bool by_word = of_words.known_letters > of_whole.known_letters;
  const auto& best = by_word ? of_words : of_whole;
  if (best.known_letters <= before.known_letters || !LanguageGate::reads_as_language(best)) {
    const auto runs = disguised_runs(source.text, {begin, end}, gate, backwards);
    if (runs.empty()) return false;
    out.push_back(with_runs(source, begin, end, runs, write_backwards));
    out.push_back(with_runs(source, begin, end, runs, write_words_backwards));
    return true;
  }
  // Both readings hold the same words when letters are reversed: keep both then.
  const bool tie = of_words.known_letters == of_whole.known_letters;
  if (!by_word) out.push_back(make_decoded(whole.take(), Decoding::kReversed, true));
  if (by_word || tie) out.push_back(make_decoded(words.take(), Decoding::kReversed, true));
  return true;
}

}  // namespace credence::normalise
