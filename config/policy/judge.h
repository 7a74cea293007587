#pragma once

#include <span>

#include "config/policy/policy.h"
#include "scanners/core/coverage.h"
#include "scanners/core/decision.h"
#include "scanners/core/finding.h"

namespace credence {

// Turns what a scan saw into a decision. Pure. Monotone: one finding more, or one
// gap more, never gives a milder disposition.
//
//  1. Weigh each finding by its channel; clip to 0..1. A strong one that then weighs less
//     than faint_score is weak.
//  2. Of each code keep the strongest finding, so that repetition proves nothing.
//  3. Combine strong ones as independent evidence: 1 - product of (1 - score).
//     Weak ones count with weak_share, and only beside a strong one: weak
//     indicators never alert alone.
//  4. Compare with the thresholds.
//  5. Below them, a gap in coverage makes the verdict undetermined and the
//     strictest exception policy among the gaps sets the disposition. Above
//     them, the stricter of the two dispositions holds.
[[nodiscard]] Decision judge(std::span<const Finding> findings, Coverage coverage,
                             std::span<const CoverageNote> notes, const Policy& policy);

}  // namespace credence
