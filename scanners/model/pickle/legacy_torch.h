#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "scanners/model/pickle/value_arena.h"

namespace credence {

// The format of torch.save() before the zip container: pickles of a magic number, the
// protocol, a description of the machine, the object and the list of its storages, then the
// storages, raw, each behind its number of elements (torch/serialization.py, _legacy_save).
class LegacyTorch {
 public:
  static constexpr int kPickles = 5;
  static constexpr std::size_t kStoragesMax = 200'000;

  // Whether `stream` begins with the magic number.
  [[nodiscard]] static bool begins(std::string_view stream) noexcept;

  // Takes note of a persistent id; what is no storage is ignored.
  void persistent(const ValueArena& arena, Value id);

  // Where the storages that begin at `start` end; nullopt where they do not lie as the
  // persistent ids say.
  [[nodiscard]] std::optional<std::uint64_t> storages_end(std::string_view stream,
                                                          std::uint64_t start) const;

 private:
  std::map<std::string, std::uint64_t, std::less<>> element_sizes_;  // by key, as in the file
};

}  // namespace credence
