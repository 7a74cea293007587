#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace credence::normalise {

// What a block of text may hold. Decoders look only at blocks marked for them.
enum class Candidate : std::uint8_t {
  kRun,      // a long run of letters and digits: base64, hexadecimal
  kGroups,   // short groups with capitals and digits inside words: base64 with blanks
  kPairs,    // tokens of two characters in a row: "69 67 6e"
  kLetters,  // single letters in a row: "i g n o r e"
  kMixed,    // a digit inside a word or a letter inside a number: leet, 0x69
  kPercent,  // %69
  kEntity,   // &#105; &lt;
  kEquals,   // =69, = at the end of a line
  kEscape,   // \x69 \u0069
  kNumbers,  // mostly digits: "105 103 110", "01101001"
  kMorse,    // neither letters nor digits, but dots and hyphens
  kTilde,    // <~ opens Ascii85
};

inline constexpr std::size_t kCandidateCount = 12;

// The marked blocks of one text. Reused; holds its memory.
class Candidates {
 public:
  static constexpr std::size_t kBlock = 64;

  void clear() noexcept {
    for (auto& list : blocks_) list.clear();
    non_ascii_ = false;
  }

  void mark(Candidate kind, std::size_t block) {
    auto& list = blocks_[static_cast<std::size_t>(kind)];
    if (list.empty() || list.back() != block) list.push_back(static_cast<std::uint32_t>(block));
  }

  void mark_non_ascii() noexcept { non_ascii_ = true; }

  // Numbers of marked blocks, ascending, each once.
  [[nodiscard]] const std::vector<std::uint32_t>& blocks(Candidate kind) const noexcept {
    return blocks_[static_cast<std::size_t>(kind)];
  }

  [[nodiscard]] bool non_ascii() const noexcept { return non_ascii_; }

  [[nodiscard]] bool any() const noexcept {
    for (const auto& list : blocks_) {
      if (!list.empty()) return true;
    }
    return false;
  }

 private:
  std::array<std::vector<std::uint32_t>, kCandidateCount> blocks_;
  bool non_ascii_ = false;
};

// Marks the blocks of `text` worth a closer look, in one pass over it.
void scan_candidates(std::string_view text, Candidates& out);

}  // namespace credence::normalise
