#include "config/load/config.h"

#include <filesystem>
#include <limits>
#include <optional>

#include "config/load/yaml_map.h"

namespace credence {
namespace {

constexpr std::size_t kSizeMax = 1 << 20;
constexpr std::size_t kSourcesMax = 1000;
constexpr std::uint64_t kAny = std::numeric_limits<std::uint64_t>::max();

std::optional<QuarantineAction> parse_action(std::string_view word) {
  if (word == "label") return QuarantineAction::kLabel;
  if (word == "move") return QuarantineAction::kMove;
  return std::nullopt;
}

std::optional<bool> parse_log_format(std::string_view word) {
  if (word == "json") return true;
  if (word == "human") return false;
  return std::nullopt;
}

std::optional<std::string> parse_log_level(std::string_view word) {
  for (const std::string_view level : {"debug", "info", "warning", "error"}) {
    if (word == level) return std::string(word);
  }
  return std::nullopt;
}

// Relative paths are relative to the folder of the file that names them.
void resolve(const std::string& file, std::string& path) {
  if (path.empty() || path.front() == '/') return;
  std::error_code ignored;
  const auto folder = std::filesystem::absolute(file, ignored).parent_path();
  path = (folder / path).lexically_normal().string();
}

Result<void> read_sources(const std::string& file, const YAML::Node& node, Config& config) {
  if (!node.IsDefined() || node.IsNull()) return {};
  if (!node.IsSequence() || node.size() > kSourcesMax) {
    return yaml::error_at(file, node, "\"sources\" must be a list of at most 1000 directories");
  }
  for (const auto& entry : node) {
    SourceConfig source;
    yaml::Map map(file, entry);
    map.read("path", source.path)
        .read("collection", source.collection)
        .read("crawl_interval_s", source.crawl_interval_s, 1, 31 * 86400)
        .read("settle_ms", source.settle_ms, 0, 60'000);
    if (auto r = map.done({"path", "collection", "crawl_interval_s", "settle_ms"}); !r) return r;
    if (source.path.empty()) return yaml::error_at(file, entry, "a source needs a \"path\"");
    resolve(file, source.path);
    config.sources.push_back(std::move(source));
  }
  return {};
}

Result<void> read_listen(const std::string& file, const YAML::Node& node, Config& config) {
  yaml::Map map(file, node);
  map.read("tcp", config.listen_tcp)
      .read("unix", config.listen_unix)
      .read("tokens", config.tokens_path)
      .read("threads", config.api_threads, 1, 256)
      .read("upload_bytes_max", config.upload_bytes_max, 1, 4ULL << 30);
  resolve(file, config.listen_unix);
  resolve(file, config.tokens_path);
  return map.done({"tcp", "unix", "tokens", "threads", "upload_bytes_max"});
}

Result<void> read_workers(const std::string& file, const YAML::Node& node, Config& config) {
  yaml::Map map(file, node);
  map.read("count", config.workers, 1, 256)
      .read("scan_threads", config.scan_threads, 1, 256)
      .read("artifacts_max", config.worker_artifacts_max, 1, 1'000'000'000)
      .read("memory_bytes_max", config.worker_memory_bytes_max, 256ULL << 20, 1ULL << 40);
  return map.done({"count", "scan_threads", "artifacts_max", "memory_bytes_max"});
}

Result<void> read_quarantine(const std::string& file, const YAML::Node& node, Config& config) {
  yaml::Map map(file, node);
  map.read("directory", config.quarantine_dir)
      .read_word("action", config.quarantine_action, parse_action, "label, move");
  resolve(file, config.quarantine_dir);
  return map.done({"directory", "action"});
}

Result<void> read_log(const std::string& file, const YAML::Node& node, Config& config) {
  yaml::Map map(file, node);
  map.read_word("format", config.log_json, parse_log_format, "human, json")
      .read_word("level", config.log_level, parse_log_level, "debug, info, warning, error");
  return map.done({"format", "level"});
}

Result<void> read_limits(const std::string& file, const YAML::Node& node, Limits& limits) {
  yaml::Map map(file, node);
  map.read("artifact_bytes_max", limits.artifact_bytes_max, 1, 4ULL << 30)
      .read("layer_bytes_max", limits.layer_bytes_max, 1, 4ULL << 30)
      .read("expanded_bytes_max", limits.expanded_bytes_max, 1, kAny)
      .read("ratio_max", limits.ratio_max, 1, kAny)
      .read("ratio_grace_bytes", limits.ratio_grace_bytes, 0, kAny)
      .read("depth_max", limits.depth_max, 0, 64)
      .read("layers_max", limits.layers_max, 1, 10'000'000)
      .read("decode_depth_max", limits.decode_depth_max, 0, 16)
      .read("decoded_bytes_max", limits.decoded_bytes_max, 0, 1ULL << 30)
      .read("findings_max", limits.findings_max, 1, 1'000'000)
      .read("findings_per_rule_max", limits.findings_per_rule_max, 1, 10'000)
      .read("deadline_ms", limits.deadline_ms, 1, 86'400'000)
      .read("deadline_ms_per_mib", limits.deadline_ms_per_mib, 0, 86'400'000)
      .read("deadline_ms_max", limits.deadline_ms_max, 1, 86'400'000);
  return map.done({"artifact_bytes_max", "layer_bytes_max", "expanded_bytes_max", "ratio_max",
                   "ratio_grace_bytes", "depth_max", "layers_max", "decode_depth_max",
                   "decoded_bytes_max", "findings_max", "findings_per_rule_max", "deadline_ms",
                   "deadline_ms_per_mib", "deadline_ms_max"});
}

}  // namespace

Result<Config> load_config_file(const std::string& path) {
  const auto root = yaml::load_file(path, kSizeMax);
  if (!root) return root.error();
  Config config;
  yaml::Map map(path, *root);
  map.read("rules", config.rules_dir)
      .read("policy", config.policy_path)
      .read("cache", config.cache_dir)
      .read("store", config.store_dir);
  for (std::string* each :
       {&config.rules_dir, &config.policy_path, &config.cache_dir, &config.store_dir}) {
    resolve(path, *each);
  }
  if (auto r = map.done({"rules", "policy", "cache", "store", "quarantine", "sources", "listen",
                         "workers", "log", "limits"});
      !r) {
    return std::move(r).error();
  }
  if (auto r = read_quarantine(path, map.child("quarantine"), config); !r) return r.error();
  if (auto r = read_sources(path, map.child("sources"), config); !r) return r.error();
  if (auto r = read_listen(path, map.child("listen"), config); !r) return r.error();
  if (auto r = read_workers(path, map.child("workers"), config); !r) return r.error();
  if (auto r = read_log(path, map.child("log"), config); !r) return r.error();
  if (auto r = read_limits(path, map.child("limits"), config.limits); !r) return r.error();
  return config;
}

}  // namespace credence
