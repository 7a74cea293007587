#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "scanners/core/result.h"

namespace credence {

// The paths of the files `directory`/*.yaml, sorted. More than `files_max` are an Error, and
// so is a folder that cannot be read.
[[nodiscard]] Result<std::vector<std::string>> yaml_files(const std::string& directory,
                                                          std::size_t files_max);

}  // namespace credence
