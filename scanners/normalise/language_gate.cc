#include "scanners/normalise/language_gate.h"

#include <algorithm>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"
#include "scanners/normalise/word_lists.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kSlots = 1U << 13;

// FNV-1a, 64 bits.
constexpr std::uint64_t kBasis = 0xCBF29CE484222325;
constexpr std::uint64_t step(std::uint64_t hash, char c) noexcept {
  return (hash ^ static_cast<unsigned char>(to_lower(c))) * 0x100000001B3;
}

std::uint64_t hash_of(std::string_view word) noexcept {
  std::uint64_t hash = kBasis;
  for (const char c : word) hash = step(hash, c);
  return hash | 1;
}

// Latin letters with accents and the blocks of Latin beyond.
constexpr bool is_latin_point(char32_t c) noexcept {
  return (c >= 0xC0 && c < 0x250) || (c >= 0x1E00 && c < 0x1F00);
}

// Letters for the purpose of the gate: everything past Latin-1 that is not in a
// block of punctuation, symbols, private use or surrogates.
constexpr bool is_foreign_letter(char32_t c) noexcept {
  return (c >= 0x370 && c < 0x2000) || (c >= 0x3040 && c < 0xD7A4) || (c >= 0xFB1D && c < 0xFE00) ||
         (c >= 0xFE70 && c < 0xFEFF) || (c >= 0x20000 && c < 0x30000);
}

}  // namespace

void LanguageGate::Set::add_words(std::string_view list) {
  const std::size_t mask = slots_.size() - 1;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    if (end > 0) {
      const std::uint64_t hash = hash_of(list.substr(0, end));
      std::size_t slot = hash >> 20 & mask;
      while (slots_[slot] != 0 && slots_[slot] != hash) slot = (slot + 1) & mask;
      slots_[slot] = hash;
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

bool LanguageGate::Set::has(std::uint64_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash >> 20 & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (slots_[slot] == hash) return true;
  }
  return false;
}

LanguageGate::LanguageGate() : all_(kSlots), english_(kSlots) {
  for (const std::string_view list : english_word_lists()) {
    all_.add_words(list);
    english_.add_words(list);
  }
  for (const std::string_view list : other_word_lists()) all_.add_words(list);
}

bool LanguageGate::knows(std::string_view word) const noexcept { return has(hash_of(word)); }

bool LanguageGate::knows_english(std::string_view word) const noexcept {
  return english_.has(hash_of(word));
}

LanguageGate::Measure LanguageGate::measure(std::string_view text) const noexcept {
  Measure m;
  std::uint64_t hash = kBasis;
  std::size_t length = 0;  // letters of the word being read
  char32_t last = 0;
  const auto end_word = [&] {
    if (length == 0) return;
    ++m.words;
    if (length >= 2 && has(hash | 1)) {
      ++m.known;
      m.known_letters += length;
      if (length >= 3) ++m.known_long;
      m.longest_known = std::max(m.longest_known, length);
    }
    hash = kBasis;
    length = 0;
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    ++m.points;
    if (is_letter(c)) {
      ++m.letters;
      hash = step(hash, c);
      ++length;
      ++i;
      continue;
    }
    if (!is_high(c)) {
      if (c != '\'') end_word();
      if (is_blank(c)) {
        ++m.blanks;
      } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
        ++m.controls;
      }
      ++i;
      continue;
    }
    const CodePoint point = decode_utf8(text.substr(i));
    const std::size_t bytes = std::max<std::size_t>(point.length, 1);
    if (is_latin_point(point.value) || is_foreign_letter(point.value)) {
      ++m.letters;
      if (!is_latin_point(point.value)) {
        ++m.foreign;
        if (last >> 8 == point.value >> 8 || (last >= 0x3040 && point.value >= 0x3040)) {
          ++m.foreign_alike;
        }
        last = point.value;
      }
      for (std::size_t k = 0; k < bytes; ++k) hash = step(hash, text[i + k]);
      ++length;
    } else {
      end_word();
      if (point.value < 0xA0) ++m.controls;
    }
    i += bytes;
  }
  end_word();
  return m;
}

bool LanguageGate::reads_as_language(const Measure& m) noexcept {
  if (m.points < 4 || m.controls > 0 || m.letters < 4) return false;
  if (m.foreign * 10 >= m.letters * 6) {
    return m.letters >= 6 && (m.letters + m.blanks) * 10 >= m.points * 7 &&
           m.foreign_alike * 10 >= m.foreign * 7;
  }
  if ((m.letters + m.blanks) * 2 < m.points || m.known_long == 0) return false;
  const bool wordy = (m.letters + m.blanks) * 4 >= m.points * 3;
  if (m.words <= 3) {
    return wordy && m.known_letters * 2 >= m.letters && m.longest_known >= (m.words == 1 ? 5U : 4U);
  }
  if (wordy) return m.known >= 2 && m.known * 5 >= m.words && m.known_letters * 6 >= m.letters;
  return m.known_long >= 3 && m.known * 5 >= m.words;
}

std::size_t LanguageGate::split_words(std::string_view letters,
                                      std::vector<std::size_t>& ends) const {
  // Best coverage of every suffix, longest words first: long words cost least.
  struct Best {
    std::uint32_t covered = 0;
    std::uint32_t pieces = 0;
    std::uint32_t length = 1;  // of the first piece
    bool known = false;
  };
  const std::size_t n = letters.size();
  std::vector<Best> best(n + 1);
  for (std::size_t i = n; i-- > 0;) {
    const Best& rest = best[i + 1];
    best[i] = {rest.covered, rest.pieces + 1, 1, false};
    std::uint64_t hash = kBasis;
    for (std::size_t length = 1; length <= kWordMax && i + length <= n; ++length) {
      hash = step(hash, letters[i + length - 1]);
      const bool word = length >= 2 ? has(hash | 1) : letters[i] == 'a' || letters[i] == 'i';
      if (!word) continue;
      const Best& after = best[i + length];
      const auto covered = static_cast<std::uint32_t>(after.covered + length);
      if (covered > best[i].covered ||
          (covered == best[i].covered && after.pieces + 1 < best[i].pieces)) {
        best[i] = {covered, after.pieces + 1, static_cast<std::uint32_t>(length), true};
      }
    }
  }
  ends.clear();
  for (std::size_t i = 0; i < n;) {
    const bool known = best[i].known;
    i += best[i].length;
    while (!known && i < n && !best[i].known) ++i;
    ends.push_back(i);
  }
  return best[0].covered;
}

}  // namespace credence::normalise
