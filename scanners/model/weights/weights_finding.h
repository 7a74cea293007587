#pragma once

#include "scanners/core/finding.h"
#include "scanners/core/layer.h"
#include "scanners/model/weights/weights_file.h"

namespace credence {

// What a report says of a departure from the rules of a format.
[[nodiscard]] Finding to_finding(const WeightsProblem& problem, LayerId layer);

}  // namespace credence
