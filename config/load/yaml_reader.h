#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "scanners/core/result.h"

// Included only by the sources of this room: yaml-cpp stays in here.
namespace credence {

// Reads values of one YAML document strictly. The first thing that is wrong is kept,
// with its line, and everything read afterwards is a default: a reader asks for all
// it wants and looks at error() once.
class YamlReader {
 public:
  explicit YamlReader(std::string_view name) : name_(name) {}

  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  [[nodiscard]] bool failed() const noexcept { return error_.has_value(); }

  void fail(const YAML::Node& where, std::string_view why);
  [[nodiscard]] std::string position(const YAML::Node& node) const;  // "file.yaml:12"

  // Whether `node` is a map whose keys are all in `known`, none of them twice.
  bool check_map(const YAML::Node& node, std::initializer_list<std::string_view> known);

  // The value of `key`, undefined where it is absent.
  [[nodiscard]] static YAML::Node get(const YAML::Node& map, std::string_view key);

  [[nodiscard]] std::string text(const YAML::Node& node, std::string_view what,
                                 std::size_t size_max);
  [[nodiscard]] std::vector<std::string> texts(const YAML::Node& node, std::string_view what,
                                               std::size_t count_max, std::size_t size_max);
  [[nodiscard]] bool boolean(const YAML::Node& node, std::string_view what);
  [[nodiscard]] std::uint32_t number(const YAML::Node& node, std::string_view what,
                                     std::uint32_t min, std::uint32_t max);
  [[nodiscard]] float fraction(const YAML::Node& node, std::string_view what);

 private:
  std::string name_;
  std::optional<Error> error_;
};

}  // namespace credence
