#include "config/load/config.h"

#include <string>

#include <doctest/doctest.h>

#include "config/load/policy_file.h"
#include "tests/support/temporary_folder.h"

namespace credence {
namespace {

const std::string kRoot = CREDENCE_SOURCE_DIR;

}  // namespace

TEST_CASE("the shipped files say what the built-in defaults are") {
  const auto config = load_config_file(kRoot + "/config/credence.yaml");
  REQUIRE(config.ok());
  CHECK(config->rules_dir == kRoot + "/config/rules");
  CHECK(config->models_dir == kRoot + "/config/models");
  CHECK(config->store_dir == Config{}.store_dir);
  CHECK(config->listen_tcp == Config{}.listen_tcp);
  CHECK(config->limits.deadline_ms == Limits{}.deadline_ms);
  CHECK(config->limits.decoded_bytes_max == Limits{}.decoded_bytes_max);
  const auto policy = load_policy_file(kRoot + "/config/policy.yaml");
  REQUIRE(policy.ok());
  CHECK(policy->describe() == Policy{}.describe());
}

TEST_CASE("a wrong configuration is refused with its line") {
  const struct {
    const char* name;
    const char* text;
    const char* message;
  } cases[] = {
      {"unknown key", "store: /a\nstroe: /b\n", ":2: unknown key `stroe`"},
      {"unknown nested key", "listen:\n  tpc: x\n", ":2: unknown key `tpc`"},
      {"not a number", "workers:\n  count: many\n", ":2: `count` is a whole number"},
      {"out of range", "workers:\n  count: 0\n", "from 1 to 256"},
      {"negative", "limits:\n  depth_max: -1\n", "whole number"},
      {"not a word", "log:\n  level: loud\n", "is one of debug, info, warning, error"},
      {"list for a value", "store: [a]\n", "is a single value"},
      {"value for a mapping", "limits: 3\n", "key: value"},
      {"source without a path", "sources:\n  - collection: x\n", "needs a `path`"},
      {"a key twice", "store: /a\nstore: /b\n", ":2: the key `store` stands twice"},
      {"not YAML", "a: [1, 2\n", ":"},
      {"a list at the top", "- a\n", "key: value"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const TemporaryFolder folder;
    const std::string path = folder.write("credence.yaml", c.text);
    const auto config = load_config_file(path);
    REQUIRE_FALSE(config.ok());
    CHECK(config.error().message().find(c.message) != std::string::npos);
    CHECK(config.error().message().find(path) == 0);
  }
  CHECK(load_config_file("/nonexistent").error().code() == ErrorCode::kNotFound);
}

TEST_CASE("relative paths start at the file's folder") {
  const TemporaryFolder folder;
  const auto config =
      load_config_file(folder.write("credence.yaml", "store: s\nsources:\n  - path: kb\n"));
  REQUIRE(config.ok());
  CHECK(config->store_dir == folder.at("s"));
  REQUIRE(config->sources.size() == 1);
  CHECK(config->sources[0].path == folder.at("kb"));
}

TEST_CASE("policies are read strictly") {
  const TemporaryFolder folder;
  const struct {
    const char* name;
    const char* text;
    bool ok;
  } cases[] = {
      {"empty", "", true},
      {"threshold", "suspicious_score: 0.3\n", true},
      {"threshold too high", "suspicious_score: 1.1\n", false},
      {"thresholds crossed", "suspicious_score: 0.9\nmalicious_score: 0.8\n", false},
      {"milder for worse", "on_suspicious: deny\non_malicious: warn\n", false},
      {"master switch", "on_gap:\n  default: deny\n  malformed: warn\n", true},
      {"unknown gap", "on_gap:\n  weather: deny\n", false},
      {"unknown channel", "channel_weight:\n  smoke: 1\n", false},
      {"not a disposition", "on_malicious: destroy\n", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(load_policy_file(folder.write("policy.yaml", c.text)).ok() == c.ok);
  }
  const auto policy = load_policy_file(
      folder.write("policy.yaml", "on_gap:\n  default: deny\n  malformed: warn\n"));
  REQUIRE(policy.ok());
  CHECK(policy->on_gap[static_cast<std::size_t>(CoverageReason::kDeadline)] == Disposition::kDeny);
  CHECK(policy->on_gap[static_cast<std::size_t>(CoverageReason::kMalformed)] == Disposition::kWarn);
}

}  // namespace credence
