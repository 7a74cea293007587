#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/chunk.h"
#include "scanners/core/offset_map.h"
#include "scanners/core/text_view.h"
#include "scanners/rules/context_hits.h"

namespace credence {

// Tells talk about attacks from attacks.
//
// Security pages, guard products' manuals and this program's own documents quote
// what the rules look for. Two independent signs lower a match's score, each
// graded and bounded, so that an attacker who adds quotation marks or the words
// "prompt injection" gains little by either:
//
//   quotation  the match stands in quotation marks, a code fence or inline code; half
//              in a block quotation, and in a list where there is talk
//   talk       cues of lexicon.h near the match but outside it, or spread over the
//              document
//
//   factor = 1 - 0.4 quotation - 0.4 talk + 0.1 quotation × talk     (0.3 at least)
//
// A model addressed near the match, outside the quotation, cancels both. What no
// reader sees (hidden text, comments, decoded text) is never lowered, which the
// caller decides by lowers().
class DiscussionContext {
 public:
  // Bytes around a match that have a say.
  static constexpr std::uint64_t kReach = 640;

  // Borrows `text`, a whole view, and its `hits` of RuleSet::cues().
  DiscussionContext(std::string_view text, const ContextHits& hits);

  // Whether a match seen through `decoding` in `channel` can be lowered at all.
  [[nodiscard]] static bool lowers(Decoding decoding, Channel channel) noexcept;

  // What the score of `match`, a span of the text in `channel`, is multiplied by.
  [[nodiscard]] float factor(ByteSpan match, Channel channel) const;

 private:
  [[nodiscard]] float talk(ByteSpan match, bool quoted) const;
  [[nodiscard]] bool is_addressed(ByteSpan match, ByteSpan quotation) const;

  std::string_view text_;
  const ContextHits& hits_;
  std::vector<ByteSpan> fences_;  // of code, by offset
  float document_talk_ = 0;
};

}  // namespace credence
