#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scanners/core/json_tokenizer.h"

namespace credence {

// The keys of the objects that are open, to find those that an object has twice:
// readers differ in which one they believe.
class JsonKeys {
 public:
  struct Key {
    std::uint64_t hash = 0;  // of the decoded key
    std::size_t begin = 0;   // as written, inside the quotes
    std::size_t end = 0;
  };

  void open_object() { begins_.push_back(keys_.size()); }

  // Adds a key of the innermost object.
  void add(std::string_view source, const JsonToken& token);

  // Forgets the innermost object; returns a key that it repeats, if there is one.
  std::optional<Key> close_object(std::string_view source);

  void clear() noexcept {
    keys_.clear();
    begins_.clear();
  }

 private:
  std::vector<Key> keys_;
  std::vector<std::size_t> begins_;  // where each open object's keys start
};

}  // namespace credence
