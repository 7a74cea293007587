#include "index/quarantine/manifest.h"

#include <cstdint>
#include <optional>

#include <boost/json.hpp>

#include "scanners/core/json_writer.h"

namespace credence {
namespace {

constexpr std::int64_t kManifestVersion = 1;

std::string to_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const std::size_t high = kDigits.find(digits[i]);
    const std::size_t low = kDigits.find(digits[i + 1]);
    if (high == kDigits.npos || low == kDigits.npos) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

const boost::json::value* member(const boost::json::object& object, std::string_view name) {
  return object.if_contains(boost::json::string_view(name.data(), name.size()));
}

std::optional<std::string> text(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = member(object, name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string().data(), value->get_string().size());
}

std::optional<std::int64_t> number(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = member(object, name);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

std::optional<QuarantineEntry> read(const boost::json::object& object) {
  const auto version = number(object, "version");
  const auto digest = Digest::parse(text(object, "digest").value_or(""));
  const auto path = from_hex(text(object, "original_path_hex").value_or("-"));
  const auto uri = text(object, "uri");
  const auto actor = text(object, "actor");
  const auto at_ms = number(object, "at_ms");
  const auto mode = number(object, "mode");
  const auto mtime_ns = number(object, "mtime_ns");
  const auto size = number(object, "size");
  const boost::json::value* reasons = member(object, "reasons");
  if (version != kManifestVersion || !digest || !path || !uri || !actor || !at_ms || !mode ||
      *mode < 0 || *mode > 0777 || !mtime_ns || !size || *size < 0 || reasons == nullptr ||
      !reasons->is_array()) {
    return std::nullopt;
  }
  QuarantineEntry entry;
  for (const boost::json::value& reason : reasons->get_array()) {
    if (!reason.is_string()) return std::nullopt;
    entry.reasons.emplace_back(reason.get_string().data(), reason.get_string().size());
  }
  entry.uri = *uri;
  entry.original_path = *path;
  entry.digest = *digest;
  entry.actor = *actor;
  entry.at_ms = *at_ms;
  entry.mode = static_cast<std::uint32_t>(*mode);
  entry.mtime_ns = *mtime_ns;
  entry.size = static_cast<std::uint64_t>(*size);
  return entry;
}

}  // namespace

std::string write_manifest(const QuarantineEntry& entry) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .member("version", kManifestVersion)
      .member("digest", entry.digest.uri())
      .member("uri", entry.uri)
      .member("original_path", entry.original_path)
      .member("original_path_hex", to_hex(entry.original_path))
      .member("actor", entry.actor)
      .member("at_ms", entry.at_ms)
      .member("mode", entry.mode)
      .member("mtime_ns", entry.mtime_ns)
      .member("size", entry.size);
  json.key("reasons").begin_array();
  for (const std::string& reason : entry.reasons) json.value(reason);
  json.end_array().end_object();
  out += '\n';
  return out;
}

Result<QuarantineEntry> read_manifest(std::string_view json) {
  boost::json::error_code error;
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  if (!error && value.is_object()) {
    if (auto entry = read(value.get_object())) return *std::move(entry);
  }
  return Error(ErrorCode::kCorrupt, "a quarantine manifest does not read back");
}

}  // namespace credence
