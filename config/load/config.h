#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/core/result.h"

namespace credence {

// A directory tree that the daemon watches.
struct SourceConfig {
  std::string path;                       // absolute
  std::string collection;                 // put before callers' ids: "collection/id"; may be empty
  std::uint32_t crawl_interval_s = 3600;  // full comparison with what is stored
  std::uint32_t settle_ms = 200;          // quiet time before a written file is read
};

// What happens to a file whose disposition is quarantine or deny.
enum class QuarantineAction : std::uint8_t {
  kLabel,  // it stays; only its verdict says so
  kMove,   // it is moved to the quarantine directory
};

// Everything that `credence` and `credenced` are told by a file. Paths are as
// written; relative ones are relative to the file's folder.
struct Config {
  std::string rules_dir;    // empty: the rules installed with the program
  std::string models_dir;   // lists for model files; empty: those installed with the program
  std::string policy_path;  // empty: the built-in policy
  std::string cache_dir;    // compiled rules; empty: none is kept

  std::string store_dir = "/var/lib/credence/store";
  std::string quarantine_dir = "/var/lib/credence/quarantine";
  QuarantineAction quarantine_action = QuarantineAction::kLabel;

  std::vector<SourceConfig> sources;

  std::string listen_tcp = "127.0.0.1:8787";  // empty: none
  std::string listen_unix;                    // path of a socket; empty: none
  std::string tokens_path;                    // hashed bearer tokens; empty: loopback only
  std::uint32_t api_threads = 1;
  std::uint64_t upload_bytes_max = 256ULL << 20;

  std::uint32_t workers = 2;                  // sandboxed worker processes
  std::uint32_t scan_threads = 2;             // artifacts in flight
  std::uint32_t worker_artifacts_max = 1000;  // before a worker is replaced
  std::uint64_t worker_memory_bytes_max = 1ULL << 30;

  bool log_json = false;
  std::string log_level = "info";  // debug, info, warning, error

  Limits limits;
};

// Reads a configuration from YAML (config/credence.yaml shows every key). Strict:
// unknown keys and values out of range are errors that name file and line.
[[nodiscard]] Result<Config> load_config_file(const std::string& path);

}  // namespace credence
