#pragma once

#include <string>

#include "config/load/config.h"
#include "daemon/pipeline/engine_factory.h"

namespace credence {

inline constexpr const char* kSystemConfig = "/etc/credence/credence.yaml";

// What the engine is built from under `config`. Where it names no rules or no
// lists for models, those that were installed with the program are used: beside it in
// ../share/credence, else those of the source tree it was built from. Where it names no cache, the
// user's.
[[nodiscard]] EngineConfig engine_config(const Config& config);

// The worker executable: beside this program.
[[nodiscard]] std::string worker_path();

}  // namespace credence
