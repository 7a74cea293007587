#pragma once

#include <chrono>
#include <cstdint>

namespace credence {

// Time, handed in so that tests decide what time it is. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Monotonic, for budgets and durations.
  [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const noexcept = 0;
  // Milliseconds since 1970-01-01 UTC, for records.
  [[nodiscard]] virtual std::int64_t unix_ms() const noexcept = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const noexcept override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] std::int64_t unix_ms() const noexcept override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace credence
