#pragma once

#include <ctime>

namespace credence {

// For tests that hostile input takes linear time: what else runs on the machine does not
// count, and the limit lies far from both sides (quadratic time on a megabyte is hours).
class ProcessorTime {
 public:
  static constexpr double kLinearMax = 30;  // seconds, under a sanitizer too

  // Processor seconds of this thread since construction.
  [[nodiscard]] double seconds() const { return now() - begin_; }

 private:
  static double now() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }

  double begin_ = now();
};

}  // namespace credence
