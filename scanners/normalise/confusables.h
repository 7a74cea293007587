#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace credence::normalise {

enum class FoldKind : std::uint8_t {
  kNone,         // does not fold
  kOtherScript,  // a letter of another script
  kSymbol,       // a Latin letter in a special style that NFKC leaves alone
  kTurned,       // a letter upside down
  kAccent,       // a Latin letter with a diacritic
  kCombining,    // a combining mark: folds to nothing
};

// The ASCII letters that characters look like. Immutable.
//
// Look-alikes come from a table of the letters that are used for it, then from the
// skeletons of ICU's confusables (UTS 39, section 4), which are right for prototypes
// of one letter; accents from canonical decomposition.
class Confusables {
 public:
  struct Fold {
    FoldKind kind = FoldKind::kNone;
    std::uint8_t length = 0;
    char letters[2] = {};

    [[nodiscard]] std::string_view text() const noexcept { return {letters, length}; }
  };

  Confusables();

  [[nodiscard]] Fold of(char32_t c) const noexcept {
    const std::uint16_t number = pages_[page_of_[c >> 8 & 0x1FFF] * std::size_t{256} + (c & 0xFF)];
    return number == 0 ? Fold{} : entries_[number - 1U].fold;
  }

 private:
  struct Entry {
    char32_t from;
    Fold fold;
  };

  void add(char32_t from, std::string_view letters, FoldKind kind);
  void add_listed();
  void add_ranges();
  void add_accents();
  void add_skeletons();
  void index();

  std::vector<Entry> entries_;  // ascending by `from` once built
  // For a code point in page p: pages_[page_of_[p] * 256 + low byte] is its entry's
  // number plus one. Page 0 is empty.
  std::array<std::uint8_t, 0x2000> page_of_{};
  std::vector<std::uint16_t> pages_;
};

}  // namespace credence::normalise
