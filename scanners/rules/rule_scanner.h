#pragma once

#include <memory>

#include "scanners/core/scanner.h"
#include "scanners/rules/rule_set.h"

namespace credence {

// Matches the views of a chunk against a rule set.
//
//   1. One pass of Hyperscan over each view collects the ends of matches; a text
//      without any costs nothing more.
//   2. Each match's start is found, its edges checked, and overlapping matches of
//      one rule merged to the longest.
//   3. Around matches the context database says whether the rule's conditions hold
//      and whether the match is talk about attacks (context.h), which lowers it.
//      In a chunk that is a prompt, what prompts usually say is reported as kInfo.
//   4. Places in decoded views are mapped to the chunk and to the layer; what several
//      views show is reported once, through the mildest decoding.
//   5. A rule reports its best limits().findings_per_rule_max matches of a chunk; more
//      leave a kMatchStorm.
//
// Matches of rules with asks_for become requests to decode (decode_requests.h).
class RuleScanner final : public Scanner {
 public:
  explicit RuleScanner(std::shared_ptr<const RuleSet> rules);

  [[nodiscard]] const ScannerInfo& info() const noexcept override;
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const override;
  Result<void> scan(const Subject& subject, Budget& budget, Scratch& scratch,
                    ScanSink& sink) const override;

  [[nodiscard]] const RuleSet& rules() const noexcept { return *rules_; }

 private:
  std::shared_ptr<const RuleSet> rules_;
};

}  // namespace credence
