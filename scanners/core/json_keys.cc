#include "scanners/core/json_keys.h"

#include <algorithm>
#include <functional>
#include <string>

namespace credence {
namespace {

std::string decoded(std::string_view source, const JsonKeys::Key& key) {
  return decode_json_string(source.substr(key.begin, key.end - key.begin));
}

bool same(std::string_view source, const JsonKeys::Key& a, const JsonKeys::Key& b) {
  return a.hash == b.hash && decoded(source, a) == decoded(source, b);
}

}  // namespace

void JsonKeys::add(std::string_view source, const JsonToken& token) {
  const std::string_view raw = source.substr(token.begin, token.end - token.begin);
  const std::hash<std::string_view> hash;
  const std::uint64_t value = token.escaped ? hash(decode_json_string(raw)) : hash(raw);
  keys_.push_back({value, token.begin, token.end});
}

std::optional<JsonKeys::Key> JsonKeys::close_object(std::string_view source) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(begins_.back());
  std::optional<Key> repeated;
  if (keys_.end() - begin <= 8) {
    for (auto a = begin; a != keys_.end() && !repeated; ++a) {
      for (auto b = a + 1; b != keys_.end(); ++b) {
        if (same(source, *a, *b)) repeated = *b;
      }
    }
  } else {
    std::sort(begin, keys_.end(), [](const Key& a, const Key& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.begin < b.begin;
    });
    const auto found = std::adjacent_find(
        begin, keys_.end(), [&](const Key& a, const Key& b) { return same(source, a, b); });
    if (found != keys_.end()) repeated = *(found + 1);
  }
  keys_.erase(begin, keys_.end());
  begins_.pop_back();
  return repeated;
}

}  // namespace credence
