#pragma once

#include <memory>
#include <string>

#include "daemon/pipeline/scan_service.h"
#include "scanners/core/budget.h"
#include "scanners/core/clock.h"
#include "scanners/core/result.h"

namespace credence {

// Where an engine is built from. Paths; an empty policy path means the built-in policy, an
// empty cache directory no cache of compiled rules, an empty models directory no lists: then
// nothing that a pickle imports is known to be safe.
struct EngineConfig {
  std::string rules_dir;
  std::string models_dir;
  std::string policy_path;
  std::string cache_dir;
  Limits limits;
  bool test_rules = false;  // run every rule's examples, and refuse a set that fails one
  bool lint_rules = false;  // refuse a set that is far too slow; takes milliseconds
};

// Reads rules, lists and policy, compiles, and gives the whole that a reload swaps in. An Error
// names the file and line, and then nothing has changed. `clock` outlives the snapshot.
[[nodiscard]] Result<std::shared_ptr<const EngineSnapshot>> build_snapshot(
    const EngineConfig& config, const Clock& clock);

}  // namespace credence
