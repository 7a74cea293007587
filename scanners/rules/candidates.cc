#include "scanners/rules/candidates.h"

#include <algorithm>
#include <tuple>

#include "scanners/core/utf8.h"
#include "scanners/rules/context.h"
#include "scanners/rules/lexicon.h"
#include "scanners/rules/pattern.h"

namespace credence {
namespace {

// A match that shows only after decoding counts as more: nobody encodes an innocent
// instruction. This much of the doubt remains.
constexpr float kDoubtLeftByDecoding = 0.7F;

// A directive is shown whole up to so many bytes; of a longer one, the match alone.
constexpr std::uint64_t kWholeMax = Finding::kEvidenceMax;

// What a condition looks for may begin this many bytes before where it must end.
constexpr std::uint64_t kConditionSlack = 256;

bool is_plain(Decoding decoding) noexcept {
  return decoding == Decoding::kNone || decoding == Decoding::kFolded;
}

ByteSpan hull(ByteSpan a, ByteSpan b) noexcept {
  const std::uint64_t begin = std::min(a.offset, b.offset);
  return {begin, std::max(a.end(), b.end()) - begin};
}

// Bytes between `place` and `end`; none when it lies inside.
std::uint64_t distance(ByteSpan place, std::uint64_t end) noexcept {
  if (end < place.offset) return place.offset - end;
  return end > place.end() ? end - place.end() : 0;
}

bool overlaps(ByteSpan a, ByteSpan b) noexcept { return a.offset < b.end() && b.offset < a.end(); }

// The channel of `span`: where it begins, unless a part of it is hidden.
Channel channel_of(const Chunk& chunk, ByteSpan span) noexcept {
  const auto after = [](std::uint64_t offset, const Region& region) {
    return offset < region.span.end();
  };
  Channel channel = chunk.channel;
  auto region = std::upper_bound(chunk.regions.begin(), chunk.regions.end(), span.offset, after);
  if (region != chunk.regions.end() && region->span.offset <= span.offset) {
    channel = region->channel;
  }
  for (; region != chunk.regions.end() && region->span.offset < span.end(); ++region) {
    if (region->channel == Channel::kHidden) return Channel::kHidden;
  }
  return channel;
}

bool is_wanted(const RuleSpec& rule, Channel channel) noexcept {
  return rule.channels.empty() ||
         std::find(rule.channels.begin(), rule.channels.end(), channel) != rule.channels.end();
}

}  // namespace

Result<bool> CandidateFinder::find(const Subject& subject, std::uint32_t index,
                                   const MatchCollector& matches, HyperscanScratch& scratch,
                                   Budget& budget, std::vector<Candidate>& out) {
  const TextView& view = subject.views[index];
  auto located = locate(subject, index, matches, budget);
  if (!located) return located;
  merge_overlapping();
  place_in_chunk(subject, view);
  if (auto weighed = weigh(view, scratch, budget); !weighed) return std::move(weighed).error();
  drop_below_count();
  merge_widened(view);
  out.insert(out.end(), found_.begin(), found_.end());
  return located;
}

Result<bool> CandidateFinder::locate(const Subject& subject, std::uint32_t index,
                                     const MatchCollector& matches, Budget& budget) {
  found_.clear();
  const PaddedView text = subject.views[index].text;
  const std::string_view all = text.text();
  for (const MatchEnd& match : matches.matches()) {
    const PatternTraits& pattern = rules_.patterns()[match.pattern];
    const RuleSpec& rule = rules_.rules()[pattern.rule];
    if (rule.asks_for != Decoding::kNone) continue;
    if (budget.expired()) return false;  // looked at for each: a text can make starts dear
    if (pattern.edge_after && !at_word_edge(all, match.end)) continue;
    const std::uint64_t start = rules_.starts().find(match.pattern, text, match.end);
    if (pattern.edge_before && !at_word_edge(all, start)) continue;

    Candidate candidate;
    candidate.rule = pattern.rule;
    candidate.view = index;
    candidate.place = {start, utf8_ceil(all, match.end) - start};
    candidate.whole = candidate.place;
    candidate.score = rule.score;
    candidate.flooded = matches.dropped(match.pattern) > 0;
    found_.push_back(candidate);
  }
  return true;
}

void CandidateFinder::merge_overlapping() {
  std::sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(a.rule, a.place.offset, b.place.length) <
           std::tuple(b.rule, b.place.offset, a.place.length);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < found_.size(); ++i) {
    Candidate& last = found_[kept];
    const Candidate& next = found_[i];
    if (last.rule != next.rule || !overlaps(last.place, next.place)) {
      found_[++kept] = next;
      continue;
    }
    const bool flooded = last.flooded || next.flooded;
    if (next.place.length > last.place.length) last = next;
    last.flooded = flooded;
  }
  if (!found_.empty()) found_.resize(kept + 1);
}

// Two matches of a rule can belong to one directive: the better one stands for both.
void CandidateFinder::merge_widened(const TextView& view) {
  std::sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
    return std::tuple(a.rule, a.whole.offset, a.place.offset) <
           std::tuple(b.rule, b.whole.offset, b.place.offset);
  });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < found_.size(); ++i) {
    Candidate& last = found_[kept];
    const Candidate& next = found_[i];
    const ByteSpan both = hull(last.whole, next.whole);
    if (last.rule != next.rule || !overlaps(last.whole, next.whole) || both.length > kWholeMax) {
      found_[++kept] = next;
      continue;
    }
    const bool flooded = last.flooded || next.flooded;
    if (next.score > last.score) last = next;
    last.whole = both;
    last.flooded = flooded;
  }
  if (!found_.empty()) found_.resize(kept + 1);
  for (Candidate& candidate : found_) {
    candidate.in_chunk =
        view.map != nullptr ? view.map->to_source(candidate.whole) : candidate.whole;
  }
}

void CandidateFinder::place_in_chunk(const Subject& subject, const TextView& view) {
  const auto unwanted = [&](Candidate& candidate) {
    candidate.in_chunk =
        view.map != nullptr ? view.map->to_source(candidate.place) : candidate.place;
    candidate.channel = channel_of(*subject.chunk, candidate.in_chunk);
    return !is_wanted(rules_.rules()[candidate.rule], candidate.channel);
  };
  found_.erase(std::remove_if(found_.begin(), found_.end(), unwanted), found_.end());
}

Result<void> CandidateFinder::weigh(const TextView& view, HyperscanScratch& scratch,
                                    Budget& budget) {
  const auto can_lower = [&](const Candidate& candidate) {
    return rules_.rules()[candidate.rule].discussion_lowers && !candidate.flooded &&
           DiscussionContext::lowers(view.decoding, candidate.channel);
  };
  if (auto dropped = drop_unmet(view.text, scratch, budget); !dropped) return dropped;

  places_.clear();
  for (const Candidate& candidate : found_) {
    if (can_lower(candidate)) places_.push_back(candidate.place);
  }
  if (!places_.empty()) {
    sort_places();
    auto collected = hits_.collect(rules_.cues(), discussion_cues().size(), view.text, places_,
                                   ContextHits::kWholeTextMax, DiscussionContext::kReach, scratch);
    if (!collected) return collected;
    const DiscussionContext discussion(view.text.text(), hits_);
    for (Candidate& candidate : found_) {
      if (can_lower(candidate)) {
        candidate.score *= discussion.factor(candidate.place, candidate.channel);
      }
    }
  }
  if (!is_plain(view.decoding)) {
    for (Candidate& candidate : found_) {
      candidate.score = 1.0F - (1.0F - candidate.score) * kDoubtLeftByDecoding;
    }
  }
  return {};
}

void CandidateFinder::sort_places() {
  std::sort(places_.begin(), places_.end(),
            [](ByteSpan a, ByteSpan b) { return a.offset < b.offset; });
}

// Candidates are ordered by rule, and so by the group of their conditions.
Result<void> CandidateFinder::drop_unmet(PaddedView text, HyperscanScratch& scratch,
                                         Budget& budget) {
  std::size_t kept = 0;
  for (std::size_t begin = 0; begin < found_.size();) {
    const std::uint32_t group = rules_.conditions(found_[begin].rule).group;
    std::size_t end = begin;
    while (end < found_.size() && rules_.conditions(found_[end].rule).group == group) ++end;
    auto looked = look_around(std::span(found_).subspan(begin, end - begin), text, scratch);
    if (!looked) return looked;
    for (; begin < end; ++begin) {
      Candidate candidate = found_[begin];
      if (!conditions_hold(candidate)) continue;
      // The time is looked at as in locate(): a start can be dear.
      if (!budget.expired()) candidate.whole = widened(candidate, text);
      found_[kept++] = candidate;
    }
  }
  found_.resize(kept);
  return {};
}

// Collects what the conditions of `candidates`, all of one group, look for. Only the bytes
// that can meet a condition are looked at: most candidates of clean text end here.
Result<void> CandidateFinder::look_around(std::span<const Candidate> candidates, PaddedView text,
                                          HyperscanScratch& scratch) {
  places_.clear();
  for (const Candidate& candidate : candidates) {
    const RuleSet::Conditions& conditions = rules_.conditions(candidate.rule);
    std::uint64_t within = 0;
    for (const RuleSet::Condition& each : conditions.near) {
      within = std::max<std::uint64_t>(within, each.within);
    }
    for (const RuleSet::Condition& each : conditions.not_near) {
      within = std::max<std::uint64_t>(within, each.within);
    }
    if (conditions.near.empty() && conditions.not_near.empty()) continue;
    const std::uint64_t begin = candidate.place.offset - std::min(candidate.place.offset, within);
    const std::uint64_t end = std::min<std::uint64_t>(text.size(), candidate.place.end() + within);
    places_.push_back({begin, end - begin});
  }
  if (places_.empty()) return {};
  sort_places();
  const std::uint32_t group = rules_.conditions(candidates.front().rule).group;
  return hits_.collect(*rules_.context(group), rules_.context_count(), text, places_, 0,
                       kConditionSlack, scratch);
}

// The match together with the nearest thing that met each of its conditions. Of a
// secret the match alone: what is near it is none.
ByteSpan CandidateFinder::widened(const Candidate& candidate, PaddedView text) const {
  ByteSpan whole = candidate.place;
  if (hits_.overflowed() || rules_.rules()[candidate.rule].redact) return whole;
  for (const RuleSet::Condition& condition : rules_.conditions(candidate.rule).near) {
    const ContextHit* nearest = nullptr;
    for (const ContextHit& hit : hits_around(candidate, condition)) {
      if (hit.id != condition.context_id) continue;
      const bool nearer = nearest == nullptr || distance(candidate.place, hit.end) <=
                                                    distance(candidate.place, nearest->end);
      if (nearer) nearest = &hit;
    }
    if (nearest == nullptr) continue;
    const std::uint64_t start =
        rules_.context_starts().find(condition.context_id, text, nearest->end);
    const std::uint64_t end = utf8_ceil(text.text(), nearest->end);
    const ByteSpan wider = hull(whole, {start, end - start});
    if (wider.length <= kWholeMax) whole = wider;
  }
  return whole;
}

// Where a condition's pattern must end to meet it.
std::span<const ContextHit> CandidateFinder::hits_around(
    const Candidate& candidate, const RuleSet::Condition& condition) const {
  const std::uint64_t begin = candidate.place.offset;
  const std::uint64_t from = begin > condition.within ? begin - condition.within - 1 : 0;
  return hits_.between(from, candidate.place.end() + condition.within);
}

// A condition's pattern must end within its distance of the match, on either side.
bool CandidateFinder::conditions_hold(const Candidate& candidate) const {
  if (hits_.overflowed()) return true;
  const auto holds = [&](const RuleSet::Condition& condition) {
    const auto hits = hits_around(candidate, condition);
    return std::any_of(hits.begin(), hits.end(),
                       [&](const ContextHit& hit) { return hit.id == condition.context_id; });
  };
  const RuleSet::Conditions& conditions = rules_.conditions(candidate.rule);
  return std::all_of(conditions.near.begin(), conditions.near.end(), holds) &&
         std::none_of(conditions.not_near.begin(), conditions.not_near.end(), holds);
}

void CandidateFinder::drop_below_count() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < found_.size();) {
    std::size_t end = i;
    while (end < found_.size() && found_[end].rule == found_[i].rule) ++end;
    const bool enough = end - i >= rules_.rules()[found_[i].rule].count_min;
    for (; i < end; ++i) {
      if (enough) found_[kept++] = found_[i];
    }
  }
  found_.resize(kept);
}

void keep_mildest(std::span<const TextView> views, std::vector<Candidate>& candidates) {
  const auto mildness = [&](const Candidate& candidate) {
    const TextView& view = views[candidate.view];
    return std::tuple(candidate.rule, view.decoding, view.decode_depth, candidate.view,
                      candidate.in_chunk.offset, candidate.place.offset);
  };
  std::sort(candidates.begin(), candidates.end(),
            [&](const Candidate& a, const Candidate& b) { return mildness(a) < mildness(b); });

  std::vector<ByteSpan> taken;  // by this rule, ordered by offset
  std::uint32_t rule = ~std::uint32_t{0};
  std::size_t kept = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate candidate = candidates[i];
    if (candidate.rule != rule) taken.clear();
    rule = candidate.rule;
    const auto next = std::upper_bound(
        taken.begin(), taken.end(), candidate.in_chunk.offset,
        [](std::uint64_t offset, const ByteSpan& span) { return offset < span.offset; });
    const bool known = (next != taken.begin() && overlaps(*(next - 1), candidate.in_chunk)) ||
                       (next != taken.end() && overlaps(*next, candidate.in_chunk));
    if (known) continue;
    taken.insert(next, candidate.in_chunk);
    candidates[kept++] = candidate;
  }
  candidates.resize(kept);
}

}  // namespace credence
