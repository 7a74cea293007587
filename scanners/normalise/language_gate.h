#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace credence::normalise {

// Decides whether the outcome of a decoding is text that somebody wrote. Digests,
// keys, images and machine code decode to noise, and stop here. Immutable.
class LanguageGate {
 public:
  // Counts over a text. Words are runs of letters.
  struct Measure {
    std::size_t points = 0;   // code points
    std::size_t letters = 0;  // of them letters (any script)
    std::size_t foreign = 0;  // of them outside ASCII and Latin
    std::size_t foreign_alike =
        0;  // of them in the 256-block of the one before, or Han, Kana, Hangul
    std::size_t blanks = 0;
    std::size_t controls = 0;  // other than tab and line ends
    std::size_t words = 0;
    std::size_t known = 0;          // words of the lists, two letters and more
    std::size_t known_letters = 0;  // in those words
    std::size_t known_long = 0;     // of them with three letters and more
    std::size_t longest_known = 0;
  };

  LanguageGate();

  [[nodiscard]] Measure measure(std::string_view text) const noexcept;

  // Whether valid UTF-8 `text` reads as language.
  [[nodiscard]] bool reads_as_language(std::string_view text) const noexcept {
    return reads_as_language(measure(text));
  }
  [[nodiscard]] static bool reads_as_language(const Measure& m) noexcept;

  // Whether `word` (ASCII or UTF-8 letters, any case of ASCII) is in the lists.
  [[nodiscard]] bool knows(std::string_view word) const noexcept;
  // The same for the English lists alone.
  [[nodiscard]] bool knows_english(std::string_view word) const noexcept;

  // How many letters of `letters` (lower-case ASCII) the best split into known
  // words covers; `ends` receives where those pieces end, in order, the
  // uncovered stretches included. Linear: words of at most kWordMax letters.
  static constexpr std::size_t kWordMax = 14;
  [[nodiscard]] std::size_t split_words(std::string_view letters,
                                        std::vector<std::size_t>& ends) const;

 private:
  // Hashes with open addressing; a free slot is 0.
  class Set {
   public:
    explicit Set(std::size_t slots) : slots_(slots, 0) {}
    void add_words(std::string_view list);
    [[nodiscard]] bool has(std::uint64_t hash) const noexcept;

   private:
    std::vector<std::uint64_t> slots_;  // a power of two, at most half full
  };

  [[nodiscard]] bool has(std::uint64_t hash) const noexcept { return all_.has(hash); }

  Set all_;
  Set english_;
};

}  // namespace credence::normalise
