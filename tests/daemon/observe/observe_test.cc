#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/observe/log.h"
#include "daemon/observe/metrics.h"

namespace credence {
namespace {

TEST_CASE("metrics add up over threads and are written as Prometheus text") {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 1000; ++n) metrics.add(MetricId::kTrustFound, 2);
      });
    }
  }
  metrics.set(MetricId::kQueueDepth, 7);
  metrics.change(MetricId::kQueueDepth, -3);
  CHECK(metrics.value(MetricId::kTrustFound) == 8000);
  CHECK(metrics.value(MetricId::kQueueDepth) == 4);

  const std::string text = metrics.prometheus();
  CHECK(text.find("# TYPE credence_trust_subjects_total counter\n"
                  "credence_trust_subjects_total{result=\"found\"} 8000\n"
                  "credence_trust_subjects_total{result=\"missed\"} 0\n") != std::string::npos);
  CHECK(text.find("\ncredence_queue_depth 4\n") != std::string::npos);
}

TEST_CASE("a duration falls into the bucket of its upper bound") {
  struct Case {
    const char* name;
    std::int64_t us;
    const char* first_bucket_with_it;
    const char* last_bucket_without_it;
  };
  const Case cases[] = {
      {"on a bound", 100, "le=\"0.0001\"} 1", "le=\"5e-05\"} 0"},
      {"just above a bound", 101, "le=\"0.00025\"} 1", "le=\"0.0001\"} 0"},
      {"beyond all bounds", 11'000'000, "le=\"+Inf\"} 1", "le=\"10\"} 0"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Metrics metrics;
    metrics.observe(MetricId::kTrustDuration, std::chrono::microseconds(c.us));
    const std::string text = metrics.prometheus();
    const std::string bucket = "credence_trust_duration_seconds_bucket{";
    CHECK(text.find(bucket + c.first_bucket_with_it + "\n") != std::string::npos);
    CHECK(text.find(bucket + c.last_bucket_without_it + "\n") != std::string::npos);
    CHECK(text.find("credence_trust_duration_seconds_count 1\n") != std::string::npos);
    CHECK(metrics.value(MetricId::kTrustDuration) == 1);
  }
}

std::string one_line(LogFormat format, std::string_view message, Logger::Fields fields) {
  std::string seen;
  LogOptions options;
  options.format = format;
  options.sink = [&](std::string_view line) { seen += line; };
  const auto log = Logger::create(options);
  log->debug("test", "dropped");
  log->info("test", message, fields);
  return seen;
}

TEST_CASE("log lines keep hostile values on one line") {
  struct Case {
    const char* name;
    LogFormat format;
    std::string value;
    const char* tail;
  };
  const Case cases[] = {
      {"human, plain", LogFormat::kHuman, "a.md", " info test: hello path=a.md n=3\n"},
      {"human, blank", LogFormat::kHuman, "a b", " info test: hello path=\"a b\" n=3\n"},
      {"human, empty", LogFormat::kHuman, "", " info test: hello path=\"\" n=3\n"},
      {"json, newline", LogFormat::kJson, "a\nb\"",
       "\"message\":\"hello\",\"path\":\"a\\nb\\\"\",\"n\":3}\n"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string line = one_line(c.format, "hello", {{"path", c.value}, {"n", 3}});
    CAPTURE(line);
    CHECK(line.ends_with(c.tail));
  }
  const std::string forged =
      one_line(LogFormat::kHuman, "x", {{"path", "a\n2026 error fake: b\x1b[2J"}});
  CHECK(forged.find('\n') == forged.size() - 1);
  CHECK(forged.find('\x1b') == std::string::npos);
}

TEST_CASE("log levels parse and print") {
  for (const char* name : {"debug", "info", "warning", "error"}) {
    const auto level = parse_log_level(name);
    REQUIRE(level);
    CHECK(to_string(*level) == name);
  }
  CHECK(!parse_log_level("loud"));
}

}  // namespace
}  // namespace credence
