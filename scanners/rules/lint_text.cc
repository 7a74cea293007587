#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "scanners/rules/lint.h"

namespace credence {
namespace {

// Half of the words of English prose are these; their order is that of frequency.
constexpr auto kCommonWords = std::to_array<std::string_view>(
    {"the",   "of",    "and",  "to",   "a",    "in",   "is",    "that", "for",   "it",    "was",
     "on",    "with",  "as",   "be",   "by",   "this", "are",   "from", "at",    "which", "or",
     "an",    "not",   "have", "you",  "all",  "can",  "one",   "will", "has",   "more",  "when",
     "their", "about", "if",   "they", "its",  "been", "other", "were", "there", "some",  "may",
     "these", "would", "into", "than", "only", "also", "your",  "use",  "what",  "no",    "do"});

// Words that rules look for and clean text has too, each in one of some thousand words.
constexpr auto kTopicWords = std::to_array<std::string_view>(
    {"system",  "message",   "instructions", "previous", "answer", "assistant", "model", "user",
     "prompt",  "important", "please",       "ignore",   "rules",  "data",      "send",  "document",
     "account", "password",  "request",      "output",   "follow", "note",      "write", "new"});

constexpr auto kSyllables = std::to_array<std::string_view>(
    {"con", "ter", "ment", "ly",   "re",  "in",  "per", "tion", "al",  "ver", "man", "der",
     "ing", "com", "pre",  "son",  "est", "ual", "ma",  "ri",   "no",  "lo",  "ber", "tic",
     "age", "ous", "ble",  "land", "ex",  "dis", "ka",  "po",   "sur", "ner", "ite", "ward"});

class TextMaker {
 public:
  std::string make(std::size_t size) {
    text_.reserve(size + 64);
    while (text_.size() < size) sentence();
    text_.resize(size);
    return std::move(text_);
  }

 private:
  // Linear congruential generator, constants of Numerical Recipes.
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 1664525U + 1013904223U;
    return (state_ >> 8) % below;
  }

  std::string word() {
    const std::uint32_t kind = next(100);
    if (kind < 50) {
      const auto count = static_cast<std::uint32_t>(kCommonWords.size());
      return std::string(kCommonWords[next(count) * next(count) / count]);
    }
    if (kind < 51) return std::string(kTopicWords[next(kTopicWords.size())]);
    std::string made;
    for (std::uint32_t n = 2 + next(2); n > 0; --n) made += kSyllables[next(kSyllables.size())];
    return made;
  }

  void sentence() {
    for (std::uint32_t left = 7 + next(14), first = left; left > 0; --left) {
      std::string each = word();
      if (left == first) each[0] = static_cast<char>(each[0] - 'a' + 'A');
      text_ += each;
      if (left > 1) text_ += next(12) == 0 ? ", " : " ";
    }
    text_ += next(6) == 0 ? ".\n\n" : ". ";
  }

  std::string text_;
  std::uint32_t state_ = 1;
};

}  // namespace

std::string lint_text(std::size_t size) { return TextMaker().make(size); }

}  // namespace credence
