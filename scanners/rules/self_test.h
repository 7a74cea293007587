#pragma once

#include <memory>
#include <string>
#include <vector>

#include "scanners/rules/rule_set.h"

namespace credence {

// An example that a rule does not treat as its author says.
struct ExampleFailure {
  std::string rule;
  std::string source;   // the rule's, "file.yaml:12"
  std::string example;  // for showing, shortened
  std::string what;     // what was expected and what came
};

// Runs every rule's examples through a scanner of the whole set, each as a chunk in the
// first of the rule's channels. An example of `match` must give a finding of the
// rule at nine tenths of its score or more; one of `no_match` none, or one below
// one half. For a rule with asks_for: at least one match, and fewer matches than
// ask for anything.
[[nodiscard]] std::vector<ExampleFailure> test_rules(std::shared_ptr<const RuleSet> rules);

}  // namespace credence
