#include "config/load/yaml_directory.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace credence {

Result<std::vector<std::string>> yaml_files(const std::string& directory, std::size_t files_max) {
  std::error_code error;
  std::vector<std::string> paths;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".yaml") paths.push_back(entry->path().string());
  }
  if (error) {
    return Error(ErrorCode::kNotFound,
                 directory + ": the folder cannot be read: " + error.message());
  }
  if (paths.size() > files_max) {
    return Error(ErrorCode::kInvalidArgument,
                 directory + ": more than " + std::to_string(files_max) + " files");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace credence
