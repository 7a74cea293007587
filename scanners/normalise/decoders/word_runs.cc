#include "scanners/normalise/decoders/word_runs.h"

#include <algorithm>
#include <cstddef>

#include "scanners/core/ascii.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kTellingMin = 3;      // letters of a word that says which it is
constexpr std::ptrdiff_t kPlainWeight = 2;  // a plain word outweighs so many disguised letters
constexpr std::ptrdiff_t kRunMin = 10;      // letters in disguised words, less what outweighs them

enum class Kind { kDisguised, kPlain, kUnknown };

struct Word {
  Stretch where;
  Kind kind = Kind::kUnknown;
};

bool in_word(char c) noexcept { return is_letter(c) || is_high(c); }

std::vector<Word> words_of(std::string_view text, Stretch where, const LanguageGate& gate,
                           UndoWord undo) {
  std::vector<Word> words;
  for (std::size_t i = where.begin; i < where.end;) {
    if (!in_word(text[i])) {
      ++i;
      continue;
    }
    Word word{{i, i}};
    while (word.where.end < where.end && in_word(text[word.where.end])) ++word.where.end;
    i = word.where.end;
    const std::string_view letters = text.substr(word.where.begin, i - word.where.begin);
    if (letters.size() >= kTellingMin) {
      const bool plain = gate.knows(letters);
      const bool undone = gate.knows(undo(letters));
      if (plain != undone) word.kind = plain ? Kind::kPlain : Kind::kDisguised;
    }
    words.push_back(word);
  }
  return words;
}

// Whether nothing but blanks parts two words.
bool adjoin(std::string_view text, const Word& a, const Word& b) {
  const std::string_view gap = text.substr(a.where.end, b.where.begin - a.where.end);
  return std::all_of(gap.begin(), gap.end(), is_blank);
}

}  // namespace

std::vector<Stretch> disguised_runs(std::string_view text, Stretch where, const LanguageGate& gate,
                                    UndoWord undo) {
  const std::vector<Word> words = words_of(text, where, gate, undo);
  std::vector<Stretch> runs;
  std::ptrdiff_t score = 0;  // of words [first, i]; the best so far ended at `last`
  std::ptrdiff_t best = 0;
  std::size_t first = 0;
  std::size_t last = 0;
  std::size_t free = 0;  // words before it belong to an earlier run
  const auto close = [&] {
    if (best >= kRunMin) {
      // Words of no list at its edges belong to the run.
      while (first > free && words[first - 1].kind == Kind::kUnknown &&
             adjoin(text, words[first - 1], words[first])) {
        --first;
      }
      while (last + 1 < words.size() && words[last + 1].kind == Kind::kUnknown &&
             adjoin(text, words[last], words[last + 1])) {
        ++last;
      }
      runs.push_back({words[first].where.begin, words[last].where.end});
      free = last + 1;
    }
    score = best = 0;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i < free) continue;
    const auto letters = static_cast<std::ptrdiff_t>(words[i].where.end - words[i].where.begin);
    if (words[i].kind == Kind::kDisguised) {
      if (score == 0) first = i;
      score += letters;
      if (score > best) {
        best = score;
        last = i;
      }
    } else if (words[i].kind == Kind::kPlain && score > 0) {
      score -= letters * kPlainWeight;
      if (score <= 0) close();
    }
  }
  close();
  return runs;
}

}  // namespace credence::normalise
