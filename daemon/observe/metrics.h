#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// This room is how the daemon is watched from outside: logs and metrics. Both are
// made once by the composition root and passed by reference.
namespace credence {

// Names a metric. metrics.def is the list.
enum class MetricId : std::uint8_t {
#define CREDENCE_METRIC(symbol, kind, name, labels, help) symbol,
#include "daemon/observe/metrics.def"
#undef CREDENCE_METRIC
};

enum class MetricKind : std::uint8_t { kCounter, kGauge, kHistogram };

// All metrics of one process. Thread-safe; writing costs one relaxed atomic addition
// (two for a histogram) in one of several copies, chosen by thread, so that threads
// do not share a cache line. Reading adds the copies up and may see an update of a
// histogram's bucket before that of its sum.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void add(MetricId counter, std::uint64_t amount = 1) noexcept;
  void set(MetricId gauge, std::int64_t value) noexcept;
  void change(MetricId gauge, std::int64_t difference) noexcept;
  void observe(MetricId histogram, std::chrono::nanoseconds duration) noexcept;

  // The value of a counter or a gauge; of a histogram the number of observations.
  [[nodiscard]] std::int64_t value(MetricId id) const noexcept;

  // Everything in the Prometheus text exposition format 0.0.4.
  [[nodiscard]] std::string prometheus() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace credence
