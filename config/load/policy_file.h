#pragma once

#include <string>

#include "config/policy/policy.h"
#include "scanners/core/result.h"

namespace credence {

// Reads a policy from YAML (config/policy.yaml shows every key). What the file does
// not say keeps its default. Errors name file and line.
[[nodiscard]] Result<Policy> load_policy_file(const std::string& path);

}  // namespace credence
