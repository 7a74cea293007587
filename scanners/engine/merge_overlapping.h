#pragma once

#include <cstddef>
#include <vector>

#include "scanners/core/finding.h"

namespace credence {

// Leaves one finding for each place of `findings` from index `first` on, which are of
// one chunk: of those that agree in code, strength, channel and decoding and overlap, the
// one with the highest score stays, with the span and the evidence of the longest. What
// policy makes of them does not change. Storms stay as they are. Keeps the order.
void merge_overlapping(std::vector<Finding>& findings, std::size_t first);

}  // namespace credence
