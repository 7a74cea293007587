#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "scanners/core/result.h"

namespace credence {

// Visits the regular files below `root` (or `root` itself when it is one), folders
// in sorted order so that runs compare, without recursion and without following
// links; stays on the file system where it began. Holds one folder's names at a time
// and one descriptor. `visit` returns false to stop. `trouble` hears of each folder
// or entry that cannot be looked at; the walk goes on. kNotFound: no such root.
Result<void> walk_files(const std::string& root,
                        const std::function<bool(const std::string& path)>& visit,
                        const std::function<void(const Error&)>& trouble);

}  // namespace credence
