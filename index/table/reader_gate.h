#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace credence {

// Lets readers use a shared array without locks while one writer replaces it: the
// writer publishes the new one, calls wait(), and may then free the old one. The
// counting scheme of sleepable read-copy-update (McKenney, "Sleepable RCU", 2006);
// threads are spread over stripes, so that readers seldom share a cache line.
class ReaderGate {
 public:
  // Held while the array is in use. Short: a writer may be waiting.
  class Pass {
   public:
    explicit Pass(ReaderGate& gate) noexcept
        : count_(gate.stripes_[stripe()].counts[gate.phase_.load(std::memory_order_relaxed) & 1]) {
      count_.fetch_add(1);  // sequentially consistent: before the array is loaded
    }
    ~Pass() { count_.fetch_sub(1, std::memory_order_release); }
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;

   private:
    std::atomic<std::uint64_t>& count_;
  };

  // Returns once every pass is gone that was given out before the call. One thread
  // at a time. Readers that come meanwhile are counted in the other phase, so they
  // cannot hold it up; two turns, because a reader may count itself in the phase
  // that has just ended.
  void wait() noexcept {
    for (int turn = 0; turn < 2; ++turn) {
      const std::uint32_t ended = phase_.fetch_add(1) & 1;
      for (const Stripe& each : stripes_) {
        while (each.counts[ended].load() != 0) std::this_thread::yield();
      }
    }
  }

 private:
  static constexpr std::size_t kStripes = 64;

  struct alignas(64) Stripe {
    std::array<std::atomic<std::uint64_t>, 2> counts{};
  };

  static std::size_t stripe() noexcept {
    static std::atomic<std::size_t> next{0};
    thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed) % kStripes;
    return mine;
  }

  std::array<Stripe, kStripes> stripes_;
  std::atomic<std::uint32_t> phase_{0};
};

}  // namespace credence
