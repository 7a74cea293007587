#include "scanners/engine/builtin.h"

#include <utility>

#include "scanners/rules/rule_scanner.h"

namespace credence {

std::vector<std::unique_ptr<Scanner>> builtin_scanners(std::shared_ptr<const RuleSet> rules) {
  std::vector<std::unique_ptr<Scanner>> scanners;
  scanners.push_back(std::make_unique<RuleScanner>(std::move(rules)));
  return scanners;
}

}  // namespace credence
