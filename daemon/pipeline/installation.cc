#include "daemon/pipeline/installation.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace credence {
namespace {

std::filesystem::path program_folder() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
}

// The folder `name` that was installed with the program, else that of the source tree.
std::string installed(const char* name, const char* in_sources) {
  std::error_code ignored;
  const auto beside = program_folder().parent_path() / "share" / "credence" / name;
  return std::filesystem::is_directory(beside, ignored) ? beside.string() : in_sources;
}

std::string user_cache() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return std::string(cache) + "/credence";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.cache/credence";
  }
  return {};
}

}  // namespace

EngineConfig engine_config(const Config& config) {
  EngineConfig engine;
  engine.rules_dir =
      config.rules_dir.empty() ? installed("rules", CREDENCE_RULES_DIR) : config.rules_dir;
  engine.models_dir =
      config.models_dir.empty() ? installed("models", CREDENCE_MODELS_DIR) : config.models_dir;
  engine.policy_path = config.policy_path;
  engine.cache_dir = config.cache_dir.empty() ? user_cache() : config.cache_dir;
  engine.limits = config.limits;
  return engine;
}

std::string worker_path() { return (program_folder() / "credence-worker").string(); }

}  // namespace credence
