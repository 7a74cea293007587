#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "daemon/observe/metrics.h"

namespace credence {

// Hands events to whoever listens, and keeps the newest for those who come back.
// Thread-safe. Publishing never waits for a reader: readers are woken, and read from
// the ring at their own pace.
class EventBus {
 public:
  static constexpr std::size_t kDataBytesMax = 64 * 1024;

  // Keeps the newest `capacity` events (at least one). The first event gets
  // `first_sequence`: something that grows from one start of the daemon to the next,
  // such as the time, so that a reader's position of yesterday is not mistaken for one
  // of today.
  EventBus(std::size_t capacity, std::uint64_t first_sequence, Metrics& metrics);

  // `type` is a word ("verdict"); `data` one line of JSON, at most kDataBytesMax (a
  // longer one is a bug). Returns the event's sequence.
  std::uint64_t publish(std::string_view type, std::string_view data);

  struct Page {
    std::uint64_t last = 0;  // sequence of the last event read; `after` when there was none
    bool gap = false;        // events after `after` are no longer kept (or never were)
  };
  // Appends events after `after` to `out` as text/event-stream, until about `bytes_max`
  // bytes. After a gap it goes on with the oldest event kept.
  Page read(std::uint64_t after, std::size_t bytes_max, std::string& out) const;

  // Sequence of the newest event; first_sequence - 1 before there was one.
  [[nodiscard]] std::uint64_t newest() const;

  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&& other) noexcept;
    Subscription& operator=(Subscription&& other) noexcept;
    ~Subscription() { cancel(); }
    // No call of `wake` begins after cancel() returned.
    void cancel() noexcept;

   private:
    friend class EventBus;
    EventBus* bus_ = nullptr;
    std::list<std::function<void()>>::iterator place_;
  };

  // Calls `wake` after each publish, on the publisher's thread, under a lock: it must be
  // quick and must not call the bus. The bus outlives the subscription.
  [[nodiscard]] Subscription subscribe(std::function<void()> wake);

 private:
  struct Event {
    std::uint64_t sequence;
    std::string text;  // as sent
  };

  const std::size_t capacity_;
  const std::uint64_t first_sequence_;
  Metrics& metrics_;

  mutable std::mutex events_mutex_;  // guards events_, next_
  std::deque<Event> events_;         // consecutive sequences
  std::uint64_t next_;

  std::mutex subscribers_mutex_;  // guards subscribers_; held while they are called
  std::list<std::function<void()>> subscribers_;
};

}  // namespace credence
