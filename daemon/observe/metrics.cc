#include "daemon/observe/metrics.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>

#include "scanners/core/result.h"

namespace credence {
namespace {

struct MetricInfo {
  MetricKind kind;
  std::string_view name;
  std::string_view labels;
  std::string_view help;
};

constexpr MetricInfo kMetrics[] = {
#define CREDENCE_METRIC(symbol, kind, name, labels, help) {MetricKind::kind, name, labels, help},
#include "daemon/observe/metrics.def"
#undef CREDENCE_METRIC
};
constexpr std::size_t kMetricCount = std::size(kMetrics);

// Upper bounds of the buckets of every histogram, in microseconds; one more bucket
// takes the rest.
constexpr std::uint64_t kBounds[] = {25,      50,      100,       250,       500,       1'000,
                                     2'500,   5'000,   10'000,    25'000,    50'000,    100'000,
                                     250'000, 500'000, 1'000'000, 2'500'000, 10'000'000};
constexpr std::size_t kBucketCount = std::size(kBounds) + 1;
constexpr std::size_t kHistogramSlots = kBucketCount + 1;  // buckets, then the sum

constexpr std::size_t slots(MetricKind kind) {
  return kind == MetricKind::kHistogram ? kHistogramSlots : 1;
}

constexpr std::array<std::size_t, kMetricCount + 1> make_offsets() {
  std::array<std::size_t, kMetricCount + 1> offsets{};
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    offsets[i + 1] = offsets[i] + slots(kMetrics[i].kind);
  }
  return offsets;
}
constexpr auto kOffsets = make_offsets();
constexpr std::size_t kSlotCount = kOffsets[kMetricCount];

constexpr std::size_t kShards = 8;  // a power of two

struct alignas(64) Shard {
  std::array<std::atomic<std::uint64_t>, kSlotCount> slots{};
};

// Which copy this thread writes: its stack and thread-local block lie on pages of its own.
std::size_t shard_index() noexcept {
  static thread_local char marker;
  const auto address = reinterpret_cast<std::uintptr_t>(&marker);
  return static_cast<std::size_t>((address * 0x9E3779B97F4A7C15ULL) >> 61) & (kShards - 1);
}

std::size_t index_of(MetricId id) noexcept { return static_cast<std::size_t>(id); }

void append_number(std::string& out, double number) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%.9g", number);
  out.append(text, static_cast<std::size_t>(size));
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix,
                   std::string_view labels) {
  out.append(name).append(suffix);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
}

}  // namespace

struct Metrics::State {
  std::array<Shard, kShards> shards;
  std::array<std::atomic<std::int64_t>, kMetricCount> gauges{};

  [[nodiscard]] std::uint64_t total(std::size_t slot) const noexcept {
    std::uint64_t sum = 0;
    for (const Shard& shard : shards) sum += shard.slots[slot].load(std::memory_order_relaxed);
    return sum;
  }

  void add(std::size_t slot, std::uint64_t amount) noexcept {
    shards[shard_index()].slots[slot].fetch_add(amount, std::memory_order_relaxed);
  }

  void append_histogram(std::string& out, std::size_t metric) const;
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::add(MetricId counter, std::uint64_t amount) noexcept {
  CREDENCE_CHECK(kMetrics[index_of(counter)].kind == MetricKind::kCounter);
  state_->add(kOffsets[index_of(counter)], amount);
}

void Metrics::set(MetricId gauge, std::int64_t value) noexcept {
  CREDENCE_CHECK(kMetrics[index_of(gauge)].kind == MetricKind::kGauge);
  state_->gauges[index_of(gauge)].store(value, std::memory_order_relaxed);
}

void Metrics::change(MetricId gauge, std::int64_t difference) noexcept {
  CREDENCE_CHECK(kMetrics[index_of(gauge)].kind == MetricKind::kGauge);
  state_->gauges[index_of(gauge)].fetch_add(difference, std::memory_order_relaxed);
}

void Metrics::observe(MetricId histogram, std::chrono::nanoseconds duration) noexcept {
  CREDENCE_CHECK(kMetrics[index_of(histogram)].kind == MetricKind::kHistogram);
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(0, duration.count()) / 1000);
  std::size_t bucket = 0;
  while (bucket < std::size(kBounds) && us > kBounds[bucket]) ++bucket;
  const std::size_t first = kOffsets[index_of(histogram)];
  state_->add(first + bucket, 1);
  state_->add(first + kBucketCount, us);
}

std::int64_t Metrics::value(MetricId id) const noexcept {
  const std::size_t metric = index_of(id);
  switch (kMetrics[metric].kind) {
    case MetricKind::kGauge: return state_->gauges[metric].load(std::memory_order_relaxed);
    case MetricKind::kCounter: return static_cast<std::int64_t>(state_->total(kOffsets[metric]));
    case MetricKind::kHistogram: break;
  }
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBucketCount; ++i) count += state_->total(kOffsets[metric] + i);
  return static_cast<std::int64_t>(count);
}

void Metrics::State::append_histogram(std::string& out, std::size_t metric) const {
  const MetricInfo& info = kMetrics[metric];
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < kBucketCount; ++i) {
    count += total(kOffsets[metric] + i);
    out.append(info.name).append("_bucket{");
    if (!info.labels.empty()) out.append(info.labels).append(",");
    out.append("le=\"");
    if (i < std::size(kBounds)) {
      append_number(out, static_cast<double>(kBounds[i]) / 1e6);
    } else {
      out.append("+Inf");
    }
    out.append("\"} ").append(std::to_string(count)).append("\n");
  }
  append_sample(out, info.name, "_sum", info.labels);
  append_number(out, static_cast<double>(total(kOffsets[metric] + kBucketCount)) / 1e6);
  out += '\n';
  append_sample(out, info.name, "_count", info.labels);
  out.append(std::to_string(count)).append("\n");
}

std::string Metrics::prometheus() const {
  static constexpr std::string_view kKinds[] = {"counter", "gauge", "histogram"};
  std::string out;
  std::string_view family;
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    const MetricInfo& info = kMetrics[i];
    if (info.name != family) {
      family = info.name;
      out.append("# HELP ").append(info.name).append(" ").append(info.help).append("\n");
      out.append("# TYPE ").append(info.name).append(" ");
      out.append(kKinds[static_cast<std::size_t>(info.kind)]).append("\n");
    }
    if (info.kind == MetricKind::kHistogram) {
      state_->append_histogram(out, i);
      continue;
    }
    append_sample(out, info.name, "", info.labels);
    out.append(std::to_string(value(static_cast<MetricId>(i)))).append("\n");
  }
  return out;
}

}  // namespace credence
