// How fast clean text is scanned: throughput RULES_DIR WORK_DIR [MEGABYTES].
// Writes English-like text to WORK_DIR, then prints in one run, for one thread and in
// CPU time: bare Hyperscan over the same rules and blocks, the scanner alone, and the
// whole way from page cache to verdict.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "config/load/rule_file.h"
#include "daemon/pipeline/engine_factory.h"
#include "daemon/pipeline/local_scan_service.h"
#include "daemon/pipeline/scan_file.h"
#include "provenance/crypto/sha256.h"
#include "scanners/core/clock.h"
#include "scanners/rules/detection.h"
#include "scanners/rules/hyperscan.h"
#include "scanners/rules/lint.h"
#include "scanners/rules/rule_set.h"

namespace {

using namespace credence;

constexpr std::size_t kFileBytes = 1 << 20;
constexpr int kRuns = 5;

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Median MB/s of several runs over `bytes` bytes.
double rate(std::size_t bytes, const std::function<void()>& run) {
  std::vector<double> rates;
  for (int i = 0; i < kRuns; ++i) {
    const double begin = cpu_seconds();
    run();
    rates.push_back(static_cast<double>(bytes) / 1e6 / (cpu_seconds() - begin));
  }
  std::sort(rates.begin(), rates.end());
  return rates[rates.size() / 2];
}

template <typename T>
T need(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "throughput: %s\n", result.error().message().c_str());
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: throughput RULES_DIR WORK_DIR [MEGABYTES]\n");
    return 2;
  }
  const std::size_t files = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 200;
  const std::size_t bytes = files * kFileBytes;
  const std::string text = lint_text(bytes);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < files; ++i) {
    paths.push_back(std::string(argv[2]) + "/" + std::to_string(i) + ".txt");
    std::ofstream(paths.back()) << text.substr(i * kFileBytes, kFileBytes);
  }

  RuleSetOptions options;
  options.digest = sha256;
  const auto rules = need(RuleSet::compile(need(load_rule_directory(argv[1])), options));
  // The baseline: all patterns of all rules in one database.
  const DetectionPlan plan = need(plan_detection(rules->rules()));
  const HyperscanDatabase database = need(HyperscanDatabase::compile(plan.patterns));
  const PaddedBuffer all = PaddedBuffer::copy_of(text);
  HyperscanScratch scratch;
  static_cast<void>(scratch.fit(database));
  DetectionScratch detection_scratch;
  static_cast<void>(rules->detection().fit(detection_scratch));
  // The rate of `scan` over the text in blocks, and how many matches one pass gave.
  const auto measure = [&](const auto& scan) {
    std::size_t matches = 0;
    const double speed = rate(bytes, [&] {
      auto count = [&](std::uint32_t, std::uint64_t) noexcept {
        ++matches;
        return true;
      };
      for (std::size_t i = 0; i < files; ++i) {
        static_cast<void>(scan(all.view().subview(i * kFileBytes, kFileBytes), count));
      }
    });
    return std::pair(speed, matches / kRuns);
  };
  const auto [bare, raw_matches] =
      measure([&](PaddedView block, auto& count) { return database.scan(block, scratch, count); });
  const auto [detection, matches] = measure([&](PaddedView block, auto& count) {
    return rules->detection().scan(block, detection_scratch, count);
  });

  const SystemClock clock;
  EngineConfig config;
  config.rules_dir = argv[1];
  LocalScanService service(need(build_snapshot(config, clock)), {}, clock);
  std::size_t flagged = 0;
  PaddedBuffer buffer;
  const double whole = rate(bytes, [&] {
    for (const std::string& path : paths) {
      FileIdentity identity;
      const ScanOutcome outcome = scan_file(path, {}, service, buffer, identity);
      flagged += outcome.decision.disposition != Disposition::kAllow ? 1U : 0U;
    }
  });

  std::printf("rules                          %8zu\n", rules->rules().size());
  std::printf("text                           %8.1f MB in files of 1 MiB\n",
              static_cast<double>(bytes) / 1e6);
  std::printf("bare Hyperscan                 %8.1f MB/s, %zu raw matches a pass\n", bare,
              raw_matches);
  std::printf("detection, with landmarks      %8.1f MB/s, %zu matches a pass\n", detection,
              matches);
  std::printf("page cache to verdict          %8.1f MB/s, %zu files flagged a pass\n", whole,
              flagged / kRuns);
  std::printf("ratio to bare Hyperscan        %8.2f\n", whole / bare);
  return 0;
}
