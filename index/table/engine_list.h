#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "scanners/core/digest.h"

namespace credence {

// Numbers for the engines that entries name, 1 to 255, given again once no entry
// uses them. Number 0 stands for every engine that has none. Used by one thread.
class EngineList {
 public:
  static constexpr std::uint8_t kOther = 0;

  // The number of `engine`; a new one where there is one to be had, else kOther.
  [[nodiscard]] std::uint8_t number(const Digest& engine);
  // Its digest; none for kOther.
  [[nodiscard]] std::optional<Digest> engine(std::uint8_t number) const;

  void add_use(std::uint8_t number) noexcept { ++uses_[number]; }
  void drop_use(std::uint8_t number) noexcept { --uses_[number]; }

  // Keeps the number of `engine` from being given to another, used or not, and the
  // number of the one that was kept before no more.
  void keep(std::uint8_t number) noexcept { kept_ = number; }

  // The number that fewest entries use, not the kept one.
  [[nodiscard]] std::uint8_t least_used() const noexcept;

 private:
  std::array<Digest, 256> engines_{};
  std::array<std::uint64_t, 256> uses_{};
  std::unordered_map<Digest, std::uint8_t> numbers_;
  std::uint8_t kept_ = kOther;
  std::uint8_t last_ = kOther;  // the number asked for last
};

}  // namespace credence
