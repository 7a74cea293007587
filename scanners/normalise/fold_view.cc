#include "scanners/normalise/fold_view.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/normalise/ascii.h"
#include "scanners/normalise/decoders/reversed.h"
#include "scanners/normalise/decoders/stretch.h"
#include "scanners/normalise/utf8_scan.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kParagraphMax = 2048;
constexpr std::size_t kWordBytesMax = 128;
constexpr std::size_t kTurnedMin = 5;  // upside-down letters that make a text

// A word, the letters it is made of by kind, and what it looks like.
struct Word {
  Stretch where;
  std::size_t ascii = 0;
  std::size_t latin = 0;
  std::size_t lookalike = 0;
  std::size_t styled = 0;
  std::size_t turned = 0;
  std::size_t accents = 0;
  bool folds = true;  // every character does
  std::string folded;
};

// What the words of a paragraph add up to.
struct Tally {
  std::size_t ascii = 0;  // letters
  std::size_t other = 0;  // letters past ASCII
  std::size_t mixed = 0;  // words of Latin and look-alike letters
  std::size_t mixed_known = 0;
  std::size_t whole_known = 0;  // words of look-alikes only that spell known ones
  std::size_t styled_known = 0;
  std::size_t accent_known = 0;
  std::size_t turned = 0;
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

  // Writes the paragraph with the words that fold folded.
  void write(const Tally& tally, TextBuilder& out) {
    std::size_t copied = where_.begin;
    each_word([&](const Word& word) {
      if (!takes(word, tally)) return;
      out.copy(copied, word.where.begin);
      out.replace(word.folded, word.where.begin, word.where.end);
      copied = word.where.end;
    });
    out.copy(copied, where_.end);
  }

 private:
  void count(const Word& word, Tally& tally) const {
    tally.ascii += word.ascii;
    const std::size_t high = word.latin + word.lookalike + word.styled + word.turned;
    tally.other += high;
    tally.turned += word.turned;
    if (high == 0 && word.accents == 0) return;
    if (!word.folds || word.folded.size() < 3) return;
    const bool known = gate_.knows(word.folded);
    const bool is_mixed = word.lookalike > 0 && word.ascii + word.latin > 0;
    if (is_mixed) {
      // One Greek letter is a symbol: ΔT, µs.
      if (word.folded.size() < 4 && !known) return;
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
      ++tally.accent_known;
    }
  }

  [[nodiscard]] bool takes(const Word& word, const Tally& tally) const {
    const std::size_t high = word.latin + word.lookalike + word.styled + word.turned;
    if (high + word.accents == 0 || !word.folds) return false;
    if (tally.turned >= kTurnedMin && word.turned > 0) return true;
    if (word.lookalike > 0 && word.ascii + word.latin == 0) {
      return tally.ascii > tally.other || gate_.knows(word.folded);
    }
    return true;
  }

  template <typename Visit>
  void each_word(Visit visit) {
    const std::string_view text = source_.text;
    for (std::size_t i = where_.begin; i < where_.end;) {
      if (!starts_word(i)) {
        i += std::max<std::size_t>(point_at(text, i).length, 1);
        continue;
      }
      read_word(i);
      i = word_.where.end;
      visit(word_);
    }
  }

  [[nodiscard]] bool starts_word(std::size_t at) const {
    const char c = source_.text[at];
    if (!is_high(c)) return is_letter(c);
    const char32_t value = point_at(source_.text, at).value;
    return in_word(value);
  }

  [[nodiscard]] bool in_word(char32_t c) const {
    return (classes_.of(c) & (kLetter | kMark | kStyled)) != 0 || (c >= 0x1F1E6 && c <= 0x1F1FF) ||
           confusables_.of(c).kind != FoldKind::kNone;
  }

  void read_word(std::size_t at) {
    word_ = {};
    word_.where = {at, at};
    const std::string_view text = source_.text;
    for (std::size_t i = at; i < where_.end && i - at < kWordBytesMax;) {
      const char c = text[i];
      if (!is_high(c)) {
        if (!is_letter(c)) break;
        ++word_.ascii;
        word_.folded += c;
        word_.where.end = ++i;
        continue;
      }
      const CodePoint point = point_at(text, i);
      if (!in_word(point.value)) break;
      add(point.value);
      i += point.length;
      word_.where.end = i;
    }
  }

  void add(char32_t c) {
    const Confusables::Fold fold = confusables_.of(c);
    switch (fold.kind) {
      case FoldKind::kNone:
        word_.folds = false;
        ++word_.latin;
        return;
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

bool worth_a_view(const Tally& tally) {
  return tally.mixed_known >= 1 || tally.mixed >= 3 || tally.styled_known >= 2 ||
         tally.accent_known >= 2 || (tally.whole_known >= 1 && tally.ascii > tally.other);
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
    if (tally.mixed_known >= 1 || (tally.mixed >= 3 && tally.ascii > tally.other)) {
      const Stretch& words = tally.mixed_words;
      const float score = tally.mixed_known >= 2 ? 0.7F : (tally.mixed_known == 1 ? 0.5F : 0.3F);
      reporter.report({FindingCode::kMixedScript,
                       canonical.map.to_source({words.begin, words.end - words.begin}), score,
                       "unicode.mixed_script"});
    }
    if (!worth_a_view(tally) && tally.turned < kTurnedMin) continue;
    TextBuilder builder(canonical);
    paragraph.write(tally, builder);
    Decoded folded = make_decoded(builder.take(), Decoding::kFolded, true);
    if (tally.turned >= kTurnedMin) {
      const MappedText turned{folded.text, folded.map};
      append_reversed(turned, 0, folded.text.size(), gate_, out);
    }
    if (worth_a_view(tally)) out.push_back(std::move(folded));
  }
}

}  // namespace credence::normalise
