#include "config/load/yaml_map.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace credence::yaml {

Result<YAML::Node> load_file(const std::string& path, std::size_t size_max) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error(ErrorCode::kNotFound, "cannot read " + path + ": does it exist?");
  std::string text(size_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error(ErrorCode::kIo, "cannot read " + path);
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > size_max) {
    return Error(ErrorCode::kInvalidArgument,
                 path + " is larger than " + std::to_string(size_max) + " bytes");
  }
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& e) {
    return Error(ErrorCode::kInvalidArgument,
                 path + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg);
  }
}

Error error_at(const std::string& path, const YAML::Node& node, const std::string& message) {
  std::string place = path;
  try {
    const YAML::Mark mark = node.Mark();
    if (!mark.is_null()) place += ":" + std::to_string(mark.line + 1);
  } catch (const YAML::Exception&) {  // an undefined node stands nowhere
  }
  return Error(ErrorCode::kInvalidArgument, place + ": " + message);
}

Map::Map(std::string path, const YAML::Node& node) : path_(std::move(path)), node_(node) {
  if (!node_.IsDefined() || node_.IsNull()) {
    node_ = YAML::Node(YAML::NodeType::Map);
  } else if (!node_.IsMap()) {
    failed_ = true;
    error_ = error_at(path_, node_, "must be a mapping of keys to values");
  }
}

YAML::Node Map::child(std::string_view key) const {
  if (!node_.IsMap()) return YAML::Node(YAML::NodeType::Undefined);
  for (const auto& entry : node_) {
    if (entry.first.IsScalar() && entry.first.Scalar() == key) return entry.second;
  }
  return YAML::Node(YAML::NodeType::Undefined);
}

const std::string* Map::scalar(std::string_view key) {
  if (failed_) return nullptr;
  const YAML::Node value = child(key);
  if (!value.IsDefined()) return nullptr;
  if (!value.IsScalar()) {
    fail(key, "must be a single value");
    return nullptr;
  }
  scratch_ = value.Scalar();
  return &scratch_;
}

Map& Map::read(std::string_view key, std::string& out) {
  if (const std::string* text = scalar(key)) out = *text;
  return *this;
}

Map& Map::read(std::string_view key, bool& out) {
  const std::string* text = scalar(key);
  if (text == nullptr) return *this;
  if (*text == "true") {
    out = true;
  } else if (*text == "false") {
    out = false;
  } else {
    fail(key, "must be true or false, not \"" + *text + "\"");
  }
  return *this;
}

Map& Map::read(std::string_view key, float& out, float min, float max) {
  const std::string* text = scalar(key);
  if (text == nullptr) return *this;
  float value = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (code != std::errc() || end != text->data() + text->size() || !(value >= min) ||
      !(value <= max)) {
    fail(key, "must be a number from " + std::to_string(min) + " to " + std::to_string(max));
  } else {
    out = value;
  }
  return *this;
}

void Map::read_integer(std::string_view key, std::uint64_t& out, std::uint64_t min,
                       std::uint64_t max) {
  const std::string* text = scalar(key);
  if (text == nullptr) return;
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (code != std::errc() || end != text->data() + text->size() || value < min || value > max) {
    fail(key, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  } else {
    out = value;
  }
}

void Map::fail(std::string_view key, const std::string& message) {
  if (failed_) return;
  failed_ = true;
  error_ = error_at(path_, child(key), "\"" + std::string(key) + "\" " + message);
}

Result<void> Map::done(std::initializer_list<std::string_view> known) {
  if (failed_) return error_;
  for (const auto& entry : node_) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "?";
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string list;
    for (const std::string_view name : known) list.append(list.empty() ? "" : ", ").append(name);
    return error_at(path_, entry.first, "unknown key \"" + key + "\"; known here: " + list);
  }
  return {};
}

}  // namespace credence::yaml
