// The API over a table of made-up verdicts, for api_load; and the bare table loop that its
// rate is compared with:
//
//   api_server --verdicts N [--port P] [--loop]
//
// Every tenth verdict is a finding. With --loop it looks up random stored digests, 100 at
// a time, for three seconds and prints the rate; else it serves until it is killed.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "daemon/api/server.h"
#include "index/store/memory_store.h"
#include "index/table/trust_table.h"
#include "tests/bench/bench_verdicts.h"
#include "tests/support/fake_scan_service.h"

namespace credence {
namespace {

class NoCommits final : public CommitQueue {
 public:
  bool submit(ArtifactCommit) override { return false; }
};

void fill(TrustTable& table, std::uint64_t count, const Digest& engine) {
  table.set_engine(engine);
  for (std::uint64_t i = 0; i < count; ++i) table.apply(bench_commit(i, engine));
}

void run_loop(const TrustTable& table, std::uint64_t count) {
  constexpr std::size_t kBatch = 100;
  std::mt19937_64 random(1);
  std::vector<Digest> digests;
  for (std::size_t i = 0; i < 2'000 * kBatch; ++i)
    digests.push_back(bench_digest(random() % count));
  std::vector<std::optional<TrustEntry>> found(kBatch);
  std::uint64_t looked_up = 0;
  std::uint64_t hits = 0;
  const auto begin = std::chrono::steady_clock::now();
  double seconds = 0;
  while (seconds < 3) {
    for (std::size_t at = 0; at < digests.size(); at += kBatch) {
      table.find(std::span(digests).subspan(at, kBatch), found);
      for (const auto& entry : found) hits += entry.has_value() ? 1 : 0;
    }
    looked_up += digests.size();
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::printf("table loop: %.2f M lookups/s, %.1f %% hits\n",
              static_cast<double>(looked_up) / seconds / 1e6,
              100.0 * static_cast<double>(hits) / static_cast<double>(looked_up));
}

int run(int argc, char** argv) {
  std::uint64_t verdicts = 1'000'000;
  ApiOptions options;
  bool loop = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--loop") loop = true;
    if (i + 1 == argc) break;
    if (name == "--verdicts") verdicts = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--port") options.tcp_port = static_cast<std::uint16_t>(std::atoi(argv[i + 1]));
  }
  FakeScanService scans;
  TrustTable table;
  fill(table, verdicts, scans.snapshot()->digest);
  if (loop) {
    run_loop(table, verdicts);
    return 0;
  }
  const auto store = make_memory_store(sha256);
  NoCommits commits;
  Metrics metrics;
  EventBus events(16, 1, metrics);
  const auto log = Logger::create({});
  SystemClock clock;
  auto server = ApiServer::start(
      {scans, *store, table, commits, events, metrics, *log, clock, sha256}, std::move(options));
  if (!server) {
    std::fprintf(stderr, "%s\n", server.error().message().c_str());
    return 1;
  }
  std::printf("port %u\n", static_cast<unsigned>((*server)->tcp_port()));
  std::fflush(stdout);
  while (true) pause();
}

}  // namespace
}  // namespace credence

int main(int argc, char** argv) { return credence::run(argc, argv); }
