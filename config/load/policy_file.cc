#include "config/load/policy_file.h"

#include "config/load/yaml_map.h"

namespace credence {
namespace {

constexpr std::size_t kSizeMax = 1 << 20;
constexpr std::string_view kDispositions = "allow, warn, quarantine, deny";

constexpr std::array<Channel, 9> kChannels = {
    Channel::kVisible, Channel::kHidden, Channel::kComment, Channel::kMetadata, Channel::kAltText,
    Channel::kCode,    Channel::kQuote,  Channel::kCell,    Channel::kLink};

Result<void> read_channels(const std::string& path, const YAML::Node& node, Policy& policy) {
  yaml::Map map(path, node);
  for (const Channel channel : kChannels) {
    map.read(to_string(channel), policy.channel_weight[static_cast<std::size_t>(channel)], 0, 2);
  }
  return map.done(
      {"visible", "hidden", "comment", "metadata", "alt_text", "code", "quote", "cell", "link"});
}

Result<void> read_gaps(const std::string& path, const YAML::Node& node, Policy& policy) {
  yaml::Map map(path, node);
  Disposition fallback{};
  bool has_fallback = map.child("default").IsDefined();
  map.read_word("default", fallback, parse_disposition, kDispositions);
  for (int i = 0; i < kCoverageReasonCount; ++i) {
    Disposition& gap = policy.on_gap[static_cast<std::size_t>(i)];
    if (has_fallback) gap = fallback;
    map.read_word(to_string(static_cast<CoverageReason>(i)), gap, parse_disposition, kDispositions);
  }
  return map.done({"default", "deadline", "size_limit", "expansion_limit", "malformed", "encrypted",
                   "unsupported_kind", "scanner_error", "worker_crashed", "worker_timeout",
                   "changed", "unreadable"});
}

}  // namespace

Result<Policy> load_policy_file(const std::string& path) {
  const auto root = yaml::load_file(path, kSizeMax);
  if (!root) return root.error();
  Policy policy;
  yaml::Map map(path, *root);
  map.read("suspicious_score", policy.suspicious_score, 0.01F, 1)
      .read("malicious_score", policy.malicious_score, 0.01F, 1)
      .read("faint_score", policy.faint_score, 0, 1)
      .read("weak_share", policy.weak_share, 0, 1)
      .read_word("on_suspicious", policy.on_suspicious, parse_disposition, kDispositions)
      .read_word("on_malicious", policy.on_malicious, parse_disposition, kDispositions);
  if (auto r = map.done({"suspicious_score", "malicious_score", "faint_score", "weak_share",
                         "on_suspicious", "on_malicious", "channel_weight", "on_gap"});
      !r) {
    return std::move(r).error();
  }
  if (auto r = read_channels(path, map.child("channel_weight"), policy); !r) {
    return std::move(r).error();
  }
  if (auto r = read_gaps(path, map.child("on_gap"), policy); !r) return std::move(r).error();
  if (policy.malicious_score < policy.suspicious_score ||
      policy.on_malicious < policy.on_suspicious) {
    return yaml::error_at(path, *root,
                          "malicious must not start below suspicious nor be treated more mildly");
  }
  return policy;
}

}  // namespace credence
