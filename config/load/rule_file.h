#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/result.h"
#include "scanners/rules/rule_spec.h"

namespace credence {

// Reads rule files (config/rules/README.md describes the format). Strict: an unknown
// or repeated key, a value that is not one of those listed, a rule without two
// examples of each kind are errors. Every message begins with file:line.

// The rules of one file, `path`.
[[nodiscard]] Result<std::vector<RuleSpec>> load_rule_file(const std::string& path);

// The rules of all files `directory`/*.yaml, in order of their names. Folders in it
// and files of other names are not looked at.
[[nodiscard]] Result<std::vector<RuleSpec>> load_rule_directory(const std::string& directory);

// The rules in `text`, the content of a rule file. `name` is the file's, without folders:
// it stands in messages, and the family must agree with it.
[[nodiscard]] Result<std::vector<RuleSpec>> parse_rules(std::string_view text,
                                                        std::string_view name);

}  // namespace credence
