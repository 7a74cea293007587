#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string_view>

#include "scanners/core/digest.h"

namespace credence {

// A hash for placing keys that others choose: without the secret nobody can make
// many keys meet. Folded 64 × 64 bit multiplication, as in wyhash's final version
// (github.com/wangyi-fudan/wyhash). Says where to look, never that keys are equal.
class KeyedHash {
 public:
  // With a secret of its own.
  KeyedHash() {
    std::random_device random;
    for (std::uint64_t& word : secret_) {
      word = (std::uint64_t{random()} << 32 | random()) | 1;
    }
  }

  [[nodiscard]] std::uint64_t operator()(
      const std::array<std::uint64_t, Digest::kSize / 8>& words) const noexcept {
    return fold(fold(words[0] ^ secret_[0], words[1] ^ secret_[1]) ^ secret_[2],
                fold(words[2] ^ secret_[1], words[3] ^ secret_[0]) ^ secret_[3]);
  }

  [[nodiscard]] std::uint64_t operator()(std::string_view text) const noexcept {
    std::uint64_t state = secret_[0] ^ text.size();
    while (text.size() > kStep) {
      state = fold(load(text.substr(0, 8)) ^ secret_[1], load(text.substr(8, 8)) ^ state);
      text.remove_prefix(kStep);
    }
    const std::string_view low = text.substr(0, 8);
    const std::string_view high = text.substr(low.size());
    return fold(fold(load(low) ^ secret_[2], load(high) ^ state), secret_[3] ^ state);
  }

 private:
  static constexpr std::size_t kStep = 16;

  static std::uint64_t load(std::string_view bytes) noexcept {
    std::uint64_t word = 0;
    if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
    return word;
  }
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::array<std::uint64_t, 4> secret_{};
};

// Maps a hash to [0, count) (Lemire, "Fast random integer generation in an
// interval", 2019): any count will do, not only powers of two.
[[nodiscard]] inline std::size_t place_of(std::uint64_t hash, std::size_t count) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((Wide{hash} * count) >> 64);
}

}  // namespace credence
