#pragma once

#include <filesystem>
#include <string>

namespace credence {

// Says who holds the record lock on `file`: "credenced (process 812)"; empty where
// that cannot be told. Not for a file that this process itself has locked: closing
// any descriptor of it would give the lock up (POSIX record locks).
[[nodiscard]] std::string lock_holder(const std::filesystem::path& file);

}  // namespace credence
