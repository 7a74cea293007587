#include "scanners/rules/context.h"

#include <algorithm>
#include <cstddef>

#include "scanners/rules/lexicon.h"
#include "scanners/rules/quotation.h"

namespace credence {
namespace {

constexpr float kLoweredByOne = 0.4F;   // by quotation or by talk alone
constexpr float kBothTogether = 0.1F;   // given back, so that both leave 0.3
constexpr std::uint64_t kBefore = 600;  // where cues count
constexpr std::uint64_t kAfter = 300;
constexpr std::uint64_t kAddressBefore = 240;
constexpr std::uint64_t kAddressAfter = 120;
constexpr std::uint64_t kDocumentBlock = 512;

// A bare instruction at the start of a line, outside any quotation, keeps this much of the
// lowering by talk.
constexpr float kBareLine = 0.4F;

// A list of examples quotes as much as there is talk.
constexpr float kListed = 0.5F;

struct Tally {
  unsigned attack = 0;
  unsigned example = 0;
  unsigned defence = 0;
};

// "For example" stands in every kind of text: it counts beside other cues or a quotation.
float weigh(const Tally& tally, bool quoted) noexcept {
  const bool example = tally.example > 0 && (quoted || tally.attack + tally.defence > 0);
  const float points = 0.5F * static_cast<float>(std::min(tally.attack, 2U)) +
                       0.25F * static_cast<float>(std::min(tally.defence, 2U)) +
                       (example ? 0.35F : 0.0F);
  return std::min(points, 1.0F);
}

// Attack words in many places of a document make it a discussion.
float spread(std::size_t blocks) noexcept {
  if (blocks >= 6) return 1.0F;
  return blocks >= 3 ? 0.6F : 0.0F;
}

bool is_within(std::uint64_t end, ByteSpan span) noexcept {
  return end > span.offset && end <= span.end();
}

}  // namespace

DiscussionContext::DiscussionContext(std::string_view text, const ContextHits& hits)
    : text_(text), hits_(hits), fences_(fenced_blocks(text)) {
  const auto cues = discussion_cues();
  std::size_t blocks = 0;
  std::uint64_t last_block = ~std::uint64_t{0};
  for (const ContextHit& hit : hits.between(0, ContextHits::kWholeTextMax)) {
    if (cues[hit.id].kind != CueKind::kAttack) continue;
    if (hit.end / kDocumentBlock != last_block) ++blocks;
    last_block = hit.end / kDocumentBlock;
  }
  document_talk_ = spread(blocks);
}

bool DiscussionContext::lowers(Decoding decoding, Channel channel) noexcept {
  return (decoding == Decoding::kNone || decoding == Decoding::kFolded) &&
         channel != Channel::kHidden && channel != Channel::kComment;
}

float DiscussionContext::talk(ByteSpan match, bool quoted) const {
  const auto cues = discussion_cues();
  const std::uint64_t from = match.offset > kBefore ? match.offset - kBefore : 0;
  Tally tally;
  std::uint64_t seen[4] = {};  // a bit a cue
  for (const ContextHit& hit : hits_.between(from, match.end() + kAfter)) {
    if (is_within(hit.end, match)) continue;
    std::uint64_t& word = seen[hit.id / 64 % 4];
    const std::uint64_t bit = std::uint64_t{1} << (hit.id % 64);
    if ((word & bit) != 0) continue;
    word |= bit;
    switch (cues[hit.id].kind) {
      case CueKind::kAttack: ++tally.attack; break;
      case CueKind::kExample: ++tally.example; break;
      case CueKind::kDefence: ++tally.defence; break;
      case CueKind::kAddress: break;
    }
  }
  return std::max(weigh(tally, quoted), document_talk_);
}

bool DiscussionContext::is_addressed(ByteSpan match, ByteSpan quotation) const {
  const auto cues = discussion_cues();
  const std::uint64_t from = match.offset > kAddressBefore ? match.offset - kAddressBefore : 0;
  const auto hits = hits_.between(from, match.end() + kAddressAfter);
  return std::any_of(hits.begin(), hits.end(), [&](const ContextHit& hit) {
    return cues[hit.id].kind == CueKind::kAddress && !is_within(hit.end, quotation);
  });
}

float DiscussionContext::factor(ByteSpan match, Channel channel) const {
  if (hits_.overflowed()) return 1.0F;
  const Quotation quotation = find_quotation(text_, fences_, match);
  if (is_addressed(match, quotation.span)) return 1.0F;

  // Policy already weighs the channels of code and quotations; here they only join
  // with talk.
  const bool set_apart = channel == Channel::kCode || channel == Channel::kQuote;
  float quoted = set_apart ? 1.0F : quotation.weight;
  float talked = talk(match, quoted > 0.0F);
  if (quotation.listed && !set_apart) quoted = kListed * talked;
  if (quoted == 0.0F && begins_line(text_, match)) talked *= kBareLine;

  const float lowered = 1.0F - kLoweredByOne * (quoted + talked) + kBothTogether * quoted * talked;
  return set_apart ? std::min(1.0F, lowered / (1.0F - kLoweredByOne)) : lowered;
}

}  // namespace credence
