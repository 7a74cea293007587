#pragma once

#include <cstddef>
#include <vector>

#include "scanners/core/finding.h"

namespace credence::cli {

// Findings of one code whose spans overlap: several rules saw the same thing.
struct FindingGroup {
  const Finding* widest = nullptr;
  const Finding* strongest = nullptr;
  std::size_t count = 0;
};

// Groups findings for people, the strongest first; of equal ones the one found first.
// Borrows the findings.
[[nodiscard]] std::vector<FindingGroup> group_findings(const std::vector<const Finding*>& findings);

}  // namespace credence::cli
