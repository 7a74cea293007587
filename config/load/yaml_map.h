#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "scanners/core/result.h"

namespace credence::yaml {

// Reads a file of at most `size_max` bytes as one YAML document. Never throws.
[[nodiscard]] Result<YAML::Node> load_file(const std::string& path, std::size_t size_max);

// "file.yaml:12: message".
[[nodiscard]] Error error_at(const std::string& path, const YAML::Node& node,
                             const std::string& message);

// Reads one mapping strictly: the first wrong value or unknown key is kept as the
// error, later calls do nothing, and done() tells. Each read leaves `out` as it was
// when the key is absent.
//
//   Map map(path, node);
//   map.read("port", options.port, 0, 65535).read("host", options.host);
//   if (auto r = map.done({"port", "host"}); !r) return r;
class Map {
 public:
  Map(std::string path, const YAML::Node& node);

  Map& read(std::string_view key, std::string& out);
  Map& read(std::string_view key, bool& out);
  Map& read(std::string_view key, float& out, float min, float max);
  template <typename T>
  Map& read(std::string_view key, T& out, std::uint64_t min, std::uint64_t max) {
    std::uint64_t value = static_cast<std::uint64_t>(out);
    read_integer(key, value, min, max);
    out = static_cast<T>(value);
    return *this;
  }
  // A word for which `parse` (string_view -> optional<T>) has a value; `expected`
  // lists the words for the error message.
  template <typename T, typename Parse>
  Map& read_word(std::string_view key, T& out, Parse parse, std::string_view expected) {
    std::string word;
    read(key, word);
    if (failed_ || word.empty()) return *this;
    if (const auto value = parse(word)) {
      out = *value;
    } else {
      fail(key, "must be one of " + std::string(expected) + ", not \"" + word + "\"");
    }
    return *this;
  }

  // The node at `key`, undefined when absent.
  [[nodiscard]] YAML::Node child(std::string_view key) const;

  // Any failure so far; else a key that is not in `known`.
  [[nodiscard]] Result<void> done(std::initializer_list<std::string_view> known);

 private:
  void read_integer(std::string_view key, std::uint64_t& out, std::uint64_t min, std::uint64_t max);
  void fail(std::string_view key, const std::string& message);
  const std::string* scalar(std::string_view key);

  std::string path_;
  YAML::Node node_;
  bool failed_ = false;
  Error error_{ErrorCode::kInvalidArgument, ""};
  std::string scratch_;
};

}  // namespace credence::yaml
