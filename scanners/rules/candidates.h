#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/core/chunk.h"
#include "scanners/core/scanner.h"
#include "scanners/core/text_view.h"
#include "scanners/rules/context_hits.h"
#include "scanners/rules/match_collector.h"
#include "scanners/rules/rule_set.h"

namespace credence {

// A match on its way to being a finding.
struct Candidate {
  std::uint32_t rule = 0;
  std::uint32_t view = 0;  // index into Subject::views
  ByteSpan place;          // of the pattern's match in the view's text
  ByteSpan whole;          // and of what the rule's conditions found near it
  ByteSpan in_chunk;       // `whole` in the chunk's text
  Channel channel = Channel::kVisible;
  float score = 0;
  bool flooded = false;  // its rule had more matches in the view than were kept
};

// The steps from matches to candidates, for one view at a time. Reuses its memory.
class CandidateFinder {
 public:
  explicit CandidateFinder(const RuleSet& rules) : rules_(rules) {}

  // Adds to `out` what the collected matches in view `index` of `subject` amount to:
  // located, merged, filtered by the rules' conditions, scored, widened to what met
  // the conditions. False when the budget ran out first.
  Result<bool> find(const Subject& subject, std::uint32_t index, const MatchCollector& matches,
                    HyperscanScratch& scratch, Budget& budget, std::vector<Candidate>& out);

 private:
  Result<bool> locate(const Subject& subject, std::uint32_t index, const MatchCollector& matches,
                      Budget& budget);
  void merge_overlapping();
  void place_in_chunk(const Subject& subject, const TextView& view);
  void sort_places();
  Result<void> drop_unmet(PaddedView text, HyperscanScratch& scratch, Budget& budget);
  Result<void> look_around(std::span<const Candidate> candidates, PaddedView text,
                           HyperscanScratch& scratch);
  Result<void> weigh(const TextView& view, HyperscanScratch& scratch, Budget& budget);
  [[nodiscard]] bool conditions_hold(const Candidate& candidate) const;
  [[nodiscard]] std::span<const ContextHit> hits_around(const Candidate& candidate,
                                                        const RuleSet::Condition& condition) const;
  [[nodiscard]] ByteSpan widened(const Candidate& candidate, PaddedView text) const;
  void drop_below_count();
  void merge_widened(const TextView& view);

  const RuleSet& rules_;
  std::vector<Candidate> found_;
  std::vector<ByteSpan> places_;
  ContextHits hits_;
};

// Of `candidates` from several views, those that no other shows through a milder
// decoding, ordered by rule.
void keep_mildest(std::span<const TextView> views, std::vector<Candidate>& candidates);

}  // namespace credence
