// Baseline of trust queries: looks up digests in RocksDB itself, multi_get DIR [KEYS].
// Fills a store in DIR as credenced keeps it, opens its files with RocksDB alone and the
// options they were written with, and draws hundreds of keys at random, all of which are
// there; prints how many are found a second. One thread; every block fits the cache.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>

#include "index/store/key_value.h"
#include "index/store/keys.h"
#include "index/store/rocksdb_store.h"
#include "tests/bench/bench_verdicts.h"

namespace {

using namespace credence;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kBatch = 100;
constexpr std::size_t kCommit = 20'000;
constexpr std::size_t kCacheBytes = 1U << 30;
constexpr double kSeconds = 2;
constexpr int kRuns = 3;

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "multi_get: %s\n", message.c_str());
  std::exit(1);
}

void check(const rocksdb::Status& status) {
  if (!status.ok()) fail(status.ToString());
}

void fill(const std::string& path, std::uint64_t keys) {
  RocksDbOptions options;
  options.path = path;
  options.digest = sha256;
  const auto store = open_rocksdb_store(options);
  if (!store) fail(store.error().message());
  std::vector<ArtifactCommit> commits;
  for (std::uint64_t i = 0; i < keys; ++i) {
    commits.push_back(bench_commit(i, bench_digest(keys)));
    if (commits.size() < kCommit && i + 1 < keys) continue;
    if (const auto kept = (*store)->commit(commits); !kept) fail(kept.error().message());
    commits.clear();
  }
}

// A database of its families' handles, which end before it does.
struct Opened {
  std::unique_ptr<rocksdb::DB> database;
  std::vector<std::unique_ptr<rocksdb::ColumnFamilyHandle>> handles;
  rocksdb::ColumnFamilyHandle* verdicts = nullptr;
};

Opened open(const std::string& path) {
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  auto cache = rocksdb::NewLRUCache(kCacheBytes);
  check(rocksdb::LoadLatestOptions(rocksdb::ConfigOptions(), path, &options, &families, &cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  check(rocksdb::DB::Open(options, path, families, &handles, &database));
  Opened out;
  out.database.reset(database);
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    out.handles.emplace_back(handle);
    if (handle->GetName() == to_string(Family::kVerdicts)) out.verdicts = handle;
  }
  if (out.verdicts == nullptr) fail("no family of verdicts");
  check(database->Flush({}, out.verdicts));
  check(database->CompactRange({}, out.verdicts, nullptr, nullptr));
  return out;
}

// Lookups a second, all of which must find a verdict.
double rate(const Opened& opened, const std::vector<rocksdb::Slice>& keys) {
  std::vector<rocksdb::PinnableSlice> values(kBatch);
  std::vector<rocksdb::Status> statuses(kBatch);
  std::uint64_t found = 0;
  const auto begin = Clock::now();
  double seconds = 0;
  for (std::size_t at = 0; seconds < kSeconds; at = (at + kBatch) % keys.size()) {
    opened.database->MultiGet({}, opened.verdicts, kBatch, &keys[at], values.data(),
                              statuses.data());
    for (std::size_t i = 0; i < kBatch; ++i) {
      check(statuses[i]);
      values[i].Reset();
    }
    found += kBatch;
    seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  return static_cast<double>(found) / seconds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: multi_get DIR [KEYS]\n");
    return 2;
  }
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  fill(argv[1], count);
  const Opened opened = open(argv[1]);

  std::mt19937_64 random(1);
  std::vector<std::string> drawn;
  for (std::size_t i = 0; i < 2'000 * kBatch; ++i) {
    drawn.emplace_back(digest_key(bench_digest(random() % count)));
  }
  const std::vector<rocksdb::Slice> keys(drawn.begin(), drawn.end());
  static_cast<void>(rate(opened, keys));  // fills the cache
  std::vector<double> rates;
  for (int i = 0; i < kRuns; ++i) rates.push_back(rate(opened, keys));
  std::sort(rates.begin(), rates.end());
  std::printf("%.2f M subjects/s\n", rates[kRuns / 2] / 1e6);
  return 0;
}
