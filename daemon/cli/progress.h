#pragma once

#include <chrono>
#include <cstdio>

#include "daemon/pipeline/ordered_scan.h"

namespace credence::cli {

// One line on a terminal's standard error: files, bytes, rate, time left. Silent
// where standard error is no terminal. Used by one thread.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Redraws, at most ten times a second.
  void update(const ScanProgress& progress);
  // Takes the line away, so that other output stands alone.
  void clear();

 private:
  bool active_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace credence::cli
