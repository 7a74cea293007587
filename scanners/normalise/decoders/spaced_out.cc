#include "scanners/normalise/decoders/spaced_out.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kLettersMin = 5;
constexpr std::size_t kLettersMax = 4096;  // of one sequence; the next begins there
constexpr std::size_t kGapMax = 24;        // bytes between letters, or words of them

// Letters set apart, one after another.
class Sequence {
 public:
  // Reads the sequence that begins at `begin`; `begin` is a letter by itself.
  void read(std::string_view text, std::size_t begin, std::size_t end) {
    text_ = text;
    at_.clear();
    for (std::size_t i = begin; at_.size() < kLettersMax;) {
      at_.push_back(i);
      std::size_t next = i + 1;
      while (next < end && next - i <= kGapMax && !is_alnum(text[next])) ++next;
      const bool alone = next > i + 1 && next < end && is_alnum(text[next]) &&
                         (next + 1 >= end || !is_alnum(text[next + 1]));
      if (!alone) break;
      i = next;
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return at_.size(); }
  [[nodiscard]] std::size_t begin() const noexcept { return at_.front(); }
  [[nodiscard]] std::size_t end() const noexcept { return at_.back() + 1; }
  [[nodiscard]] std::size_t letter(std::size_t i) const noexcept { return at_[i]; }

  // What stands between letters i and i + 1.
  [[nodiscard]] std::string_view gap(std::size_t i) const noexcept {
    return text_.substr(at_[i] + 1, at_[i + 1] - at_[i] - 1);
  }

  // The gap that more than half of all are, if one is (Boyer and Moore).
  [[nodiscard]] std::string_view usual_gap() const noexcept {
    std::string_view candidate;
    std::size_t votes = 0;
    for (std::size_t i = 0; i + 1 < at_.size(); ++i) {
      if (votes == 0) candidate = gap(i);
      candidate == gap(i) ? ++votes : --votes;
    }
    return candidate;
  }

  [[nodiscard]] std::string joined() const {
    std::string out;
    for (const std::size_t at : at_) out += to_lower(text_[at]);
    return out;
  }

 private:
  std::string_view text_;
  std::vector<std::size_t> at_;
};

class Joiner {
 public:
  Joiner(const MappedText& source, const LanguageGate& gate) : source_(source), gate_(gate) {}

  // Writes `where` with its sequences joined; false when there is none.
  bool join(Stretch where, TextBuilder& out) {
    const std::string_view text = source_.text;
    std::size_t copied = where.begin;
    bool joined = false;
    for (std::size_t i = where.begin; i < where.end;) {
      const bool alone = is_alnum(text[i]) && (i == where.begin || !is_alnum(text[i - 1])) &&
                         (i + 1 >= where.end || !is_alnum(text[i + 1]));
      if (!alone) {
        ++i;
        continue;
      }
      sequence_.read(text, i, where.end);
      i = sequence_.end();
      if (sequence_.size() < kLettersMin || !find_words()) continue;
      out.copy(copied, sequence_.begin());
      write(out);
      copied = sequence_.end();
      joined = true;
    }
    if (joined) out.copy(copied, where.end);
    return joined;
  }

 private:
  // Fills words_ with the numbers of the letters that end words; false when the
  // letters spell nothing.
  bool find_words() {
    words_.clear();
    const std::string_view usual = sequence_.usual_gap();
    for (std::size_t i = 0; i < sequence_.size(); ++i) {
      const bool last = i + 1 == sequence_.size();
      if (!last && sequence_.gap(i) == usual) continue;
      words_.push_back(i + 1);
    }
    const std::string letters = sequence_.joined();
    if (words_.size() > 1 && reads(letters)) return true;
    const std::size_t covered = gate_.split_words(letters, words_);
    // Short pieces cover anything: the average piece has to be a word.
    return covered * 10 >= letters.size() * 8 && letters.size() >= words_.size() * 3;
  }

  // Whether `letters` cut at words_ are known words for a good part.
  [[nodiscard]] bool reads(const std::string& letters) const {
    std::size_t known = 0;
    std::size_t longest = 0;
    std::size_t begin = 0;
    for (const std::size_t end : words_) {
      const std::size_t size = end - begin;
      if (size >= 2 && gate_.knows(std::string_view(letters).substr(begin, size))) {
        known += size;
        longest = std::max(longest, size);
      }
      begin = end;
    }
    return longest >= 3 && known * 2 >= letters.size();
  }

  void write(TextBuilder& out) {
    std::size_t word = 0;
    for (std::size_t i = 0; i < sequence_.size(); ++i) {
      const std::size_t at = sequence_.letter(i);
      out.copy(at, at + 1);
      if (i + 1 == sequence_.size()) break;
      while (word < words_.size() && words_[word] <= i) ++word;
      if (word < words_.size() && words_[word] == i + 1) {
        out.replace(" ", at + 1, sequence_.letter(i + 1));
      }
    }
  }

  const MappedText& source_;
  const LanguageGate& gate_;
  Sequence sequence_;
  std::vector<std::size_t> words_;
};

// Paragraphs with nothing but a few blanks between them, as one: letters on lines of
// their own leave empty lines between words.
std::vector<Stretch> joined_paragraphs(std::string_view text, std::vector<Stretch> paragraphs) {
  std::vector<Stretch> out;
  for (const Stretch& next : paragraphs) {
    if (!out.empty() && next.begin - out.back().end <= kGapMax) {
      const std::string_view gap = text.substr(out.back().end, next.begin - out.back().end);
      if (std::all_of(gap.begin(), gap.end(), is_blank)) {
        out.back().end = next.end;
        continue;
      }
    }
    out.push_back(next);
  }
  return out;
}

}  // namespace

void decode_spaced_out(const MappedText& source, const Candidates& candidates,
                       const LanguageGate& gate, std::vector<Decoded>& out) {
  Joiner joiner(source, gate);
  const auto paragraphs = joined_paragraphs(
      source.text, paragraphs_around(source.text, candidates.blocks(Candidate::kLetters)));
  for (const Stretch& where : paragraphs) {
    TextBuilder builder(source);
    if (joiner.join(where, builder)) {
      out.push_back(make_decoded(builder.take(), Decoding::kSpacedOut, true));
    }
  }
}

}  // namespace credence::normalise
