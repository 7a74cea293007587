#include "config/load/yaml_reader.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

namespace credence {
namespace {

constexpr std::size_t kFileMax = 1 << 20;

}  // namespace

Result<std::string> read_yaml_file(const std::string& path) {
  std::error_code ignored;
  std::ifstream in(path, std::ios::binary);
  if (!in || std::filesystem::is_directory(path, ignored)) {
    return Error(ErrorCode::kNotFound, path + ": cannot be read: does it exist?");
  }
  std::string text(kFileMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || (!in && !in.eof())) return Error(ErrorCode::kIo, path + ": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kFileMax) {
    return Error(ErrorCode::kInvalidArgument,
                 path + ": a file is at most " + std::to_string(kFileMax) + " bytes");
  }
  return text;
}

Error yaml_error(const YAML::Exception& exception, std::string_view name) {
  const bool placed = !exception.mark.is_null();
  const std::string line = placed ? ":" + std::to_string(exception.mark.line + 1) : "";
  return Error(ErrorCode::kInvalidArgument, std::string(name) + line + ": " + exception.msg);
}

std::string YamlReader::position(const YAML::Node& node) const {
  const YAML::Mark mark = node.IsDefined() ? node.Mark() : YAML::Mark::null_mark();
  return mark.is_null() ? name_ : name_ + ":" + std::to_string(mark.line + 1);
}

void YamlReader::fail(const YAML::Node& where, std::string_view why) {
  if (error_) return;
  error_ = Error(ErrorCode::kInvalidArgument, position(where) + ": " + std::string(why));
}

bool YamlReader::check_map(const YAML::Node& node, std::initializer_list<std::string_view> known) {
  if (!node.IsMap()) {
    fail(node, "here stand `key: value` lines");
    return false;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      std::string list;
      for (const std::string_view each : known) list += " " + std::string(each);
      fail(entry.first, "unknown key `" + key.substr(0, 60) + "`; known are" + list);
      return false;
    }
    if (!seen.insert(key).second) {
      fail(entry.first, "the key `" + key + "` stands twice");
      return false;
    }
  }
  return true;
}

YAML::Node YamlReader::get(const YAML::Node& map, std::string_view key) {
  for (const auto& entry : map) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

std::string YamlReader::scalar(const YAML::Node& node, std::string_view what) {
  if (node.IsDefined() && node.IsScalar()) return node.Scalar();
  fail(node, "`" + std::string(what) + "` is a single value");
  return {};
}

std::string YamlReader::text(const YAML::Node& node, std::string_view what, std::size_t size_max) {
  if (!node.IsDefined() || !node.IsScalar() || node.Scalar().empty()) {
    fail(node, "`" + std::string(what) + "` is a text");
    return {};
  }
  if (node.Scalar().size() > size_max) {
    fail(node, "`" + std::string(what) + "` is longer than " + std::to_string(size_max) + " bytes");
    return {};
  }
  return node.Scalar();
}

std::vector<std::string> YamlReader::texts(const YAML::Node& node, std::string_view what,
                                           std::size_t count_max, std::size_t size_max) {
  std::vector<std::string> out;
  if (!node.IsDefined()) return out;
  if (!node.IsSequence() || node.size() > count_max) {
    fail(node, "`" + std::string(what) + "` is a list of at most " + std::to_string(count_max) +
                   " texts");
    return out;
  }
  for (const auto& each : node) out.push_back(text(each, what, size_max));
  return out;
}

bool YamlReader::boolean(const YAML::Node& node, std::string_view what) {
  const std::string value = node.IsScalar() ? node.Scalar() : std::string();
  if (value != "true" && value != "false") {
    fail(node, "`" + std::string(what) + "` is true or false");
  }
  return value == "true";
}

std::uint64_t YamlReader::number(const YAML::Node& node, std::string_view what, std::uint64_t min,
                                 std::uint64_t max) {
  const std::string value = node.IsScalar() ? node.Scalar() : std::string();
  std::uint64_t out = 0;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, out);
  if (value.empty() || read.ec != std::errc() || read.ptr != end || out < min || out > max) {
    fail(node, "`" + std::string(what) + "` is a whole number from " + std::to_string(min) +
                   " to " + std::to_string(max));
    return min;
  }
  return out;
}

float YamlReader::real(const YAML::Node& node, std::string_view what, float min, float max) {
  const std::string value = node.IsDefined() && node.IsScalar() ? node.Scalar() : std::string();
  float out = 0;
  const char* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, out);
  if (value.empty() || read.ec != std::errc() || read.ptr != end || !(out >= min && out <= max)) {
    std::ostringstream range;
    range << min << " to " << max;
    fail(node, "`" + std::string(what) + "` is a number from " + range.str());
    return min;
  }
  return out;
}

YamlOptions::YamlOptions(YamlReader& yaml, const YAML::Node& node,
                         std::initializer_list<std::string_view> known)
    : yaml_(yaml), node_(YAML::NodeType::Map) {
  if (node.IsDefined() && !node.IsNull() && yaml_.check_map(node, known)) node_.reset(node);
}

YAML::Node YamlOptions::child(std::string_view key) const { return YamlReader::get(node_, key); }

YamlOptions& YamlOptions::read(std::string_view key, std::string& out) {
  if (const YAML::Node value = child(key); value.IsDefined()) out = yaml_.scalar(value, key);
  return *this;
}

YamlOptions& YamlOptions::read(std::string_view key, float& out, float min, float max) {
  if (const YAML::Node value = child(key); value.IsDefined()) {
    out = yaml_.real(value, key, min, max);
  }
  return *this;
}

}  // namespace credence
