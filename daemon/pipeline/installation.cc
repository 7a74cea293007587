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

std::string installed_rules() {
  std::error_code ignored;
  const auto beside = program_folder().parent_path() / "share" / "credence" / "rules";
  if (std::filesystem::is_directory(beside, ignored)) return beside.string();
  return CREDENCE_RULES_DIR;
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
  engine.rules_dir = config.rules_dir.empty() ? installed_rules() : config.rules_dir;
  engine.policy_path = config.policy_path;
  engine.cache_dir = config.cache_dir.empty() ? user_cache() : config.cache_dir;
  engine.limits = config.limits;
  return engine;
}

std::string worker_path() { return (program_folder() / "credence-worker").string(); }

}  // namespace credence
