#include "scanners/normalise/decoders/leet.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kWordMin = 2;
constexpr std::size_t kCountedWordMin = 3;  // "1s" and "2b" are no evidence
constexpr std::size_t kWordMax = 24;
constexpr std::size_t kLongWord = 6;      // one such word is evidence enough
constexpr std::size_t kAmbiguousMax = 3;  // signs of two readings tried in a word

// The letter that `c` stands for; 0 when for none.
constexpr char reading(char c) noexcept {
  switch (c) {
    case '0': return 'o';
    case '1':
    case '!': return 'i';
    case '2': return 'z';
    case '3': return 'e';
    case '4':
    case '@': return 'a';
    case '5':
    case '$': return 's';
    case '6':
    case '9': return 'g';
    case '7':
    case '+': return 't';
    case '8': return 'b';
    case '|': return 'l';
    default: return 0;
  }
}

constexpr bool reads_twice(char c) noexcept { return c == '1' || c == '!' || c == '|'; }

constexpr bool in_word(char c) noexcept { return is_alnum(c) || reading(c) != 0; }

struct Word {
  Stretch where;
  bool mixed = false;  // holds letters and signs for letters
};

Word word_at(std::string_view text, std::size_t at, std::size_t end) {
  Word word{{at, at}, false};
  while (word.where.end < end && in_word(text[word.where.end])) ++word.where.end;
  // Punctuation at the end belongs to the sentence.
  while (word.where.end > at + 1 &&
         (text[word.where.end - 1] == '!' || text[word.where.end - 1] == '|')) {
    --word.where.end;
  }
  const std::string_view read = text.substr(at, word.where.end - at);
  const bool letters = std::any_of(read.begin(), read.end(), is_letter);
  const bool signs = std::any_of(read.begin(), read.end(), [](char c) { return reading(c) != 0; });
  word.mixed = letters && signs;
  return word;
}

class Reader {
 public:
  Reader(const MappedText& source, const LanguageGate& gate) : source_(source), gate_(gate) {}

  // Writes `where` with its leet words read; false when too few were read.
  bool read(Stretch where, TextBuilder& out) {
    const std::string_view text = source_.text;
    std::size_t copied = where.begin;
    std::size_t words = 0;  // different ones, at least
    std::string last;
    bool long_word = false;
    for (std::size_t i = where.begin; i < where.end;) {
      if (!in_word(text[i])) {
        ++i;
        continue;
      }
      const Word word = word_at(text, i, where.end);
      i = word.where.end;
      if (!word.mixed || !becomes_known(word.where)) continue;
      out.copy(copied, word.where.begin);
      out.replace(letters_, word.where.begin, word.where.end);
      copied = word.where.end;
      if (letters_.size() >= kCountedWordMin && letters_ != last) {
        ++words;
        last = letters_;
      }
      long_word = long_word || letters_.size() >= kLongWord;
    }
    out.copy(copied, where.end);
    return words >= 2 || (words == 1 && long_word);
  }

 private:
  // Puts into letters_ the reading of the word that is a known one.
  bool becomes_known(Stretch where) {
    const std::size_t size = where.end - where.begin;
    if (size < kWordMin || size > kWordMax) return false;
    const std::string_view word = source_.text.substr(where.begin, size);
    std::size_t ambiguous = 0;
    for (const char c : word) ambiguous += reads_twice(c) ? 1 : 0;
    const unsigned readings = 1U << std::min(ambiguous, kAmbiguousMax);
    for (unsigned choice = 0; choice < readings; ++choice) {
      letters_.clear();
      unsigned bit = 0;
      for (const char c : word) {
        char letter = is_letter(c) ? to_lower(c) : reading(c);
        if (reads_twice(c)) {
          const bool second = (choice >> bit & 1U) != 0;
          if (second) letter = letter == 'i' ? 'l' : 'i';
          if (bit + 1 < kAmbiguousMax) ++bit;
        }
        letters_ += letter;
      }
      if (gate_.knows_english(letters_)) return true;
    }
    return false;
  }

  const MappedText& source_;
  const LanguageGate& gate_;
  std::string letters_;
};

}  // namespace

void decode_leet(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                 std::vector<Decoded>& out) {
  Reader reader(source, gate);
  for (const Stretch& where :
       paragraphs_around(source.text, candidates.blocks(Candidate::kMixed))) {
    TextBuilder builder(source);
    if (reader.read(where, builder)) {
      out.push_back(make_decoded(builder.take(), Decoding::kLeet, true));
    }
  }
}

}  // namespace credence::normalise
