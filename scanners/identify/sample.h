#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scanners/core/padded_buffer.h"

namespace credence {

// The parts of a byte string that identification looks at. They overlap when the
// whole is short. Borrowed.
struct Sample {
  static constexpr std::size_t kWindow = 64 * 1024;

  std::string_view head;
  std::string_view tail;
  std::uint64_t size = 0;  // of the whole

  [[nodiscard]] static Sample of(PaddedView bytes) noexcept {
    const std::string_view all = bytes.text();
    const std::size_t window = std::min(all.size(), kWindow);
    return {all.substr(0, window), all.substr(all.size() - window), all.size()};
  }

  // Whether `head` is the whole.
  [[nodiscard]] bool is_whole() const noexcept { return head.size() == size; }
};

}  // namespace credence
