#include "daemon/api/event_bus.h"

#include <algorithm>
#include <utility>

#include "scanners/core/result.h"

namespace credence {

EventBus::EventBus(std::size_t capacity, std::uint64_t first_sequence, Metrics& metrics)
    : capacity_(std::max<std::size_t>(1, capacity)),
      first_sequence_(std::max<std::uint64_t>(1, first_sequence)),
      metrics_(metrics),
      next_(first_sequence_) {}

std::uint64_t EventBus::publish(std::string_view type, std::string_view data) {
  CREDENCE_CHECK(data.size() <= kDataBytesMax && data.find('\n') == std::string_view::npos);
  std::uint64_t sequence = 0;
  {
    const std::lock_guard lock(events_mutex_);
    sequence = next_++;
    std::string text = "id: " + std::to_string(sequence);
    text.append("\nevent: ").append(type).append("\ndata: ").append(data).append("\n\n");
    events_.push_back({sequence, std::move(text)});
    if (events_.size() > capacity_) events_.pop_front();
  }
  metrics_.add(MetricId::kEventsPublished);
  const std::lock_guard lock(subscribers_mutex_);
  for (const auto& wake : subscribers_) wake();
  return sequence;
}

EventBus::Page EventBus::read(std::uint64_t after, std::size_t bytes_max, std::string& out) const {
  const std::lock_guard lock(events_mutex_);
  Page page;
  page.last = after;
  const std::uint64_t oldest = events_.empty() ? next_ : events_.front().sequence;
  if (after + 1 < oldest || after >= next_) {
    page.gap = true;
    page.last = oldest - 1;
  }
  const std::size_t start = out.size();
  for (auto i = static_cast<std::size_t>(page.last + 1 - oldest); i < events_.size(); ++i) {
    if (out.size() - start >= bytes_max) break;
    out.append(events_[i].text);
    page.last = events_[i].sequence;
  }
  return page;
}

std::uint64_t EventBus::newest() const {
  const std::lock_guard lock(events_mutex_);
  return next_ - 1;
}

EventBus::Subscription EventBus::subscribe(std::function<void()> wake) {
  Subscription subscription;
  const std::lock_guard lock(subscribers_mutex_);
  subscribers_.push_back(std::move(wake));
  subscription.bus_ = this;
  subscription.place_ = std::prev(subscribers_.end());
  metrics_.change(MetricId::kEventsSubscribers, 1);
  return subscription;
}

EventBus::Subscription::Subscription(Subscription&& other) noexcept
    : bus_(std::exchange(other.bus_, nullptr)), place_(other.place_) {}

EventBus::Subscription& EventBus::Subscription::operator=(Subscription&& other) noexcept {
  cancel();
  bus_ = std::exchange(other.bus_, nullptr);
  place_ = other.place_;
  return *this;
}

void EventBus::Subscription::cancel() noexcept {
  if (!bus_) return;
  const std::lock_guard lock(bus_->subscribers_mutex_);
  bus_->subscribers_.erase(place_);
  bus_->metrics_.change(MetricId::kEventsSubscribers, -1);
  bus_ = nullptr;
}

}  // namespace credence
