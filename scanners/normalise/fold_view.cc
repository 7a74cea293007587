#include "scanners/normalise/fold_view.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/reversed.h"
#include "scanners/normalise/decoders/stretch.h"
#include "scanners/normalise/utf8_scan.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kParagraphMax = 2048;
constexpr std::size_t kWordBytesMax = 128;
constexpr std::size_t kTurnedMin = 5;  // upside-down letters that make a text

// A word with a character past ASCII: the letters it is made of by kind, and what it
// looks like.
struct Word {
  Stretch where;
  std::size_t ascii = 0;
  std::size_t latin = 0;
  std::size_t lookalike = 0;
  std::size_t styled = 0;
  std::size_t turned = 0;
  std::size_t accents = 0;
  bool folds = true;  // every character does; the rest is not filled in otherwise
  std::string folded;
};

// What those words of a paragraph add up to.
struct Tally {
  std::size_t words = 0;
  std::size_t mixed = 0;  // words of Latin and look-alike letters
  std::size_t mixed_known = 0;
  std::size_t whole_known = 0;  // words of look-alikes only that spell known ones
  std::size_t styled_known = 0;
  std::size_t accented = 0;
  std::size_t accented_known = 0;
  std::size_t turned = 0;  // letters
  Stretch mixed_words;
};

class Paragraph {
 public:
  Paragraph(const UnicodeClasses& classes, const Confusables& confusables, const LanguageGate& gate,
            const MappedText& source, Stretch where)
      : classes_(classes), confusables_(confusables), gate_(gate), source_(source), where_(where) {}

  [[nodiscard]] Tally tally() {
    Tally tally;
    each_word([&](const Word& word) { count(word, tally); });
    return tally;
  }

  // Whether most letters of the paragraph are Latin.
  [[nodiscard]] bool is_latin() const {
    std::size_t ascii = 0;
    std::size_t high = 0;
    for (std::size_t i = where_.begin; i < where_.end; ++i) {
      const char c = source_.text[i];
      if (is_letter(c)) ++ascii;
      if ((static_cast<unsigned char>(c) & 0xC0) == 0xC0) ++high;
    }
    return ascii > high;
  }

  // Writes the paragraph with the words that fold folded.
  void write(const Tally& tally, TextBuilder& out) {
    std::size_t copied = where_.begin;
    const bool latin = is_latin();
    each_word([&](const Word& word) {
      if (!takes(word, tally, latin)) return;
      out.copy(copied, word.where.begin);
      out.replace(word.folded, word.where.begin, word.where.end);
      copied = word.where.end;
    });
    out.copy(copied, where_.end);
  }

 private:
  void count(const Word& word, Tally& tally) const {
    ++tally.words;
    tally.turned += word.turned;
    if (word.accents > 0) ++tally.accented;
    if (!word.folds || word.folded.size() < 3) return;
    const bool known = gate_.knows_english(word.folded);
    if (word.lookalike > 0 && word.ascii + word.latin > 0) {
      // A Greek letter before a Latin word is a symbol: ΔT, βCoV.
      if (!known && (word.lookalike < 2 || word.ascii < 2)) return;
      if (tally.mixed++ == 0) tally.mixed_words.begin = word.where.begin;
      tally.mixed_words.end = word.where.end;
      if (known) ++tally.mixed_known;
    } else if (!known || word.folded.size() < 4) {
      return;
    } else if (word.lookalike > 0) {
      ++tally.whole_known;
    } else if (word.styled > 0) {
      ++tally.styled_known;
    } else if (word.accents > 0) {
      ++tally.accented_known;
    }
  }

  [[nodiscard]] bool takes(const Word& word, const Tally& tally, bool latin) const {
    if (!word.folds) return false;
    if (tally.turned >= kTurnedMin && word.turned > 0) return true;
    if (word.lookalike > 0 && word.ascii + word.latin == 0) {
      return latin || gate_.knows_english(word.folded);
    }
    return true;
  }

  // Visits the words with characters past ASCII.
  template <typename Visit>
  void each_word(Visit visit) {
    const std::string_view text = source_.text.substr(0, where_.end);
    std::size_t low = where_.begin;  // words begin here at the earliest
    for (std::size_t i = find_high(text, low); i < where_.end; i = find_high(text, low)) {
      const CodePoint point = point_at(text, i);
      if (!in_word(point.value)) {
        low = i + point.length;
        continue;
      }
      while (i > low && is_letter(text[i - 1])) --i;
      read_word(text, i);
      low = word_.where.end;
      visit(word_);
    }
  }

  [[nodiscard]] bool in_word(char32_t c) const {
    return (classes_.of(c) & (kLetter | kMark | kStyled)) != 0 ||
           confusables_.of(c).kind != FoldKind::kNone;
  }

  void read_word(std::string_view text, std::size_t at) {
    word_.where = {at, at};
    word_.ascii = word_.latin = word_.lookalike = word_.styled = word_.turned = word_.accents = 0;
    word_.folds = true;
    word_.folded.clear();
    const std::size_t limit = std::min(text.size(), at + kWordBytesMax);
    std::size_t i = at;
    while (i < limit && word_.folds) {
      const char c = text[i];
      if (!is_high(c)) {
        if (!is_letter(c)) break;
        ++word_.ascii;
        word_.folded += c;
        ++i;
        continue;
      }
      const CodePoint point = point_at(text, i);
      if (!in_word(point.value)) break;
      add(point.value);
      i += point.length;
    }
    if (!word_.folds) i = skip_letters(text, i);
    word_.where.end = i;
  }

  // The end of the word inside which `at` stands.
  [[nodiscard]] std::size_t skip_letters(std::string_view text, std::size_t at) const {
    const char* const bytes = text.data();
    std::size_t i = at;
    while (i < text.size()) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      if (byte < 0x80) {
        if (!is_letter(bytes[i])) break;
        ++i;
      } else if (byte >= 0xC3 && byte < 0xE0) {
        i += 2;  // U+00C0–07FF: letters and marks, but for a few signs
      } else {
        const CodePoint point = point_at(text, i);
        if ((classes_.of(point.value) & (kLetter | kMark)) == 0) break;
        i += point.length;
      }
    }
    return i;
  }

  void add(char32_t c) {
    const Confusables::Fold fold = confusables_.of(c);
    switch (fold.kind) {
      case FoldKind::kNone: word_.folds = false; return;
      case FoldKind::kOtherScript: ++word_.lookalike; break;
      case FoldKind::kSymbol: ++word_.styled; break;
      case FoldKind::kTurned: ++word_.turned; break;
      case FoldKind::kAccent:
        ++word_.latin;
        ++word_.accents;
        break;
      case FoldKind::kCombining: ++word_.accents; break;
    }
    word_.folded += fold.text();
  }

  const UnicodeClasses& classes_;
  const Confusables& confusables_;
  const LanguageGate& gate_;
  const MappedText& source_;
  Stretch where_;
  Word word_;
};

// The paragraph that begins at `begin`: to an empty line, or a blank near the limit.
Stretch paragraph_at(std::string_view text, std::size_t begin) {
  const std::size_t limit = std::min(text.size(), begin + kParagraphMax);
  const std::size_t empty_line = text.substr(begin, limit - begin).find("\n\n");
  if (empty_line != std::string_view::npos) return {begin, begin + empty_line + 2};
  if (limit == text.size()) return {begin, limit};
  for (std::size_t i = limit; i > begin + kParagraphMax / 2; --i) {
    if (is_blank(text[i - 1])) return {begin, i};
  }
  return {begin, std::max(begin + 1, utf8_floor(text, limit))};
}

// In French or Spanish a few accented words resemble English ones; in disguised
// English all of them do.
bool worth_a_view(const Tally& tally, bool latin) {
  return tally.mixed_known >= 1 || (tally.mixed >= 3 && latin) || tally.styled_known >= 2 ||
         (tally.accented_known >= 2 && tally.accented_known * 2 >= tally.accented) ||
         (tally.whole_known >= 1 && latin);
}

}  // namespace

void Folder::run(const MappedText& canonical, UnicodeReporter& reporter,
                 std::vector<Decoded>& out) const {
  const std::string_view text = canonical.text;
  for (std::size_t i = 0; i < text.size();) {
    const Stretch where = paragraph_at(text, i);
    i = where.end;
    if (find_high(text.substr(0, where.end), where.begin) == where.end) continue;
    Paragraph paragraph(classes_, confusables_, gate_, canonical, where);
    const Tally tally = paragraph.tally();
    if (tally.words == 0) continue;
    const bool latin = (tally.mixed >= 3 || tally.whole_known > 0) && paragraph.is_latin();
    if (tally.mixed_known >= 1 || (tally.mixed >= 3 && latin)) {
      const Stretch& words = tally.mixed_words;
      const float score = tally.mixed_known >= 2 ? 0.7F : (tally.mixed_known == 1 ? 0.5F : 0.3F);
      reporter.report({FindingCode::kMixedScript,
                       canonical.map.to_source({words.begin, words.end - words.begin}), score,
                       "unicode.mixed_script"});
    }
    const bool worth = worth_a_view(tally, latin);
    if (!worth && tally.turned < kTurnedMin) continue;
    TextBuilder builder(canonical);
    paragraph.write(tally, builder);
    Decoded folded = make_decoded(builder.take(), Decoding::kFolded, true);
    if (tally.turned >= kTurnedMin) {
      const MappedText turned{folded.text, folded.map};
      append_reversed(turned, 0, folded.text.size(), gate_, out);
    }
    if (worth) out.push_back(std::move(folded));
  }
}

}  // namespace credence::normalise
