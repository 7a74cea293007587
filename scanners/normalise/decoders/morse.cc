#include "scanners/normalise/decoders/morse.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/payload.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kLettersMin = 10;
constexpr std::size_t kSignsMax = 6;  // of one character
constexpr std::size_t kGapMax = 8;    // bytes between characters

// By the signs of a character, read as binary digits behind a one: "." 10, "-" 11.
constexpr std::array<char, 1U << (kSignsMax + 1)> make_table() {
  std::array<char, 1U << (kSignsMax + 1)> table{};
  constexpr struct {
    char letter;
    std::string_view signs;
  } kCodes[] = {
      {'a', ".-"},      {'b', "-..."},   {'c', "-.-."},   {'d', "-.."},    {'e', "."},
      {'f', "..-."},    {'g', "--."},    {'h', "...."},   {'i', ".."},     {'j', ".---"},
      {'k', "-.-"},     {'l', ".-.."},   {'m', "--"},     {'n', "-."},     {'o', "---"},
      {'p', ".--."},    {'q', "--.-"},   {'r', ".-."},    {'s', "..."},    {'t', "-"},
      {'u', "..-"},     {'v', "...-"},   {'w', ".--"},    {'x', "-..-"},   {'y', "-.--"},
      {'z', "--.."},    {'0', "-----"},  {'1', ".----"},  {'2', "..---"},  {'3', "...--"},
      {'4', "....-"},   {'5', "....."},  {'6', "-...."},  {'7', "--..."},  {'8', "---.."},
      {'9', "----."},   {'.', ".-.-.-"}, {',', "--..--"}, {'?', "..--.."}, {':', "---..."},
      {'\'', ".----."}, {'-', "-....-"}, {'/', "-..-."},  {'"', ".-..-."}, {'=', "-...-"},
      {'@', ".--.-."},
  };
  for (const auto& code : kCodes) {
    std::size_t index = 1;
    for (const char sign : code.signs) index = index * 2 + (sign == '-' ? 1 : 0);
    table[index] = code.letter;
  }
  return table;
}

constexpr auto kTable = make_table();

bool is_sign(char c) noexcept { return c == '.' || c == '-'; }
bool is_gap(char c) noexcept { return is_blank(c) || c == '/' || c == '|'; }

// Reads the Morse code that begins at `begin`, a sign; `end` receives where it ends.
std::string read_morse(std::string_view text, std::size_t begin, std::size_t& end) {
  std::string out;
  end = begin;
  for (std::size_t i = begin; i < text.size();) {
    std::size_t index = 1;
    std::size_t stop = i;
    while (stop < text.size() && is_sign(text[stop]) && stop - i <= kSignsMax) {
      index = index * 2 + (text[stop] == '-' ? 1 : 0);
      ++stop;
    }
    if (stop == i || stop - i > kSignsMax || kTable[index] == 0) break;
    if (stop < text.size() && !is_gap(text[stop])) break;
    out += kTable[index];
    end = stop;
    i = stop;
    bool stroke = false;
    while (i < text.size() && i - stop < kGapMax && is_gap(text[i])) {
      stroke = stroke || !is_blank(text[i]);
      ++i;
    }
    if (stroke || i - stop > 1) out += ' ';
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace

void decode_morse(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                  std::vector<Decoded>& out) {
  const std::string_view text = source.text;
  std::size_t done = 0;
  for (const std::uint32_t block : candidates.blocks(Candidate::kMorse)) {
    const std::size_t first = block * Candidates::kBlock;
    const std::size_t last = std::min(text.size(), first + Candidates::kBlock);
    std::size_t i = std::max(first > Candidates::kBlock ? first - Candidates::kBlock : 0, done);
    while (i < last) {
      const bool begins = is_sign(text[i]) && (i == 0 || is_gap(text[i - 1]) || text[i - 1] == ':');
      if (!begins) {
        ++i;
        continue;
      }
      std::size_t end = i;
      const std::string found = read_morse(text, i, end);
      if (found.size() >= kLettersMin && gate.reads_as_language(found)) {
        out.push_back(decoded_at(source, {i, end}, found, Decoding::kMorse, true));
      }
      i = std::max(end, i + 1);
      done = i;
    }
  }
}

}  // namespace credence::normalise
