#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace credence {

// A few threads that take the API's long work (scans, commits, waits) off the threads
// that serve connections. Thread-safe.
class WorkPool {
 public:
  // `name` is that of the threads, at most 15 bytes. `queue_max` bounds what waits.
  WorkPool(const std::string& name, std::size_t threads, std::size_t queue_max);
  ~WorkPool() { stop(); }

  // False, and no call of `work` ever, when the queue is full or the pool is stopped.
  [[nodiscard]] bool submit(std::function<void()> work);

  // Drops what waits, and returns when what runs has ended.
  void stop();

 private:
  void run();

  const std::size_t queue_max_;
  std::mutex mutex_;  // guards queue_, stopped_
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace credence
