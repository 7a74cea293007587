#pragma once

#include <cstddef>

#include "scanners/core/budget.h"

namespace credence {

// Asks the budget for the time once for each MiB of progress.
class Progress {
 public:
  explicit Progress(Budget& budget) noexcept : budget_(budget) {}

  // Whether the time is used up; `position` never goes back.
  [[nodiscard]] bool expired(std::size_t position) noexcept {
    if (position < next_) return expired_;
    next_ = position + kStepBytes;
    expired_ = budget_.expired();
    return expired_;
  }

 private:
  static constexpr std::size_t kStepBytes = std::size_t{1} << 20;

  Budget& budget_;
  std::size_t next_ = kStepBytes;
  bool expired_ = false;
};

}  // namespace credence
