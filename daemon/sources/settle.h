#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace credence {

// Holds changed paths until nothing has happened to them for a while, so that a file
// written in many steps is read once, and an event costs one entry however often it
// comes. One thread.
class Settle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Holds `path` until `until`; a later time replaces an earlier one.
  void hold(std::string path, Time until);

  // The path is of no interest any more.
  void forget(const std::string& path);

  // Takes the paths whose time has come, at most `count_max`, the longest waiting first.
  [[nodiscard]] std::vector<std::string> take(Time now, std::size_t count_max);

  [[nodiscard]] std::size_t size() const noexcept { return due_.size(); }
  // When the next path is due; Time::max() when none is held.
  [[nodiscard]] Time next() const noexcept {
    return order_.empty() ? Time::max() : order_.begin()->first;
  }
  void clear() noexcept {
    order_.clear();
    due_.clear();
  }

 private:
  std::multimap<Time, std::string> order_;
  std::unordered_map<std::string, std::multimap<Time, std::string>::iterator> due_;
};

}  // namespace credence
