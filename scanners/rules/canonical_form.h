#pragma once

#include <span>
#include <string>
#include <string_view>

#include "scanners/rules/rule_spec.h"

namespace credence {

// Every field of every rule that has a say in what a set finds, in order, with
// lengths in front so that no two sets share a form. Where a rule was written and
// its examples are left out. The discussion cues and `compiler_version` are in it,
// and a format number that is raised when matches come to be judged otherwise.
[[nodiscard]] std::string canonical_form(std::span<const RuleSpec> rules,
                                         std::string_view compiler_version);

}  // namespace credence
