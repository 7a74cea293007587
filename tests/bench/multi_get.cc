// Baseline of trust queries: looks up digests in RocksDB itself, multi_get DIR [KEYS].
// Fills an empty database in DIR, then draws hundreds of keys at random, all of which are
// there, and prints how many are found a second. One thread; the data stays in memory.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include "tests/bench/bench_digests.h"

namespace {

constexpr std::size_t kBatch = 100;
constexpr std::size_t kValueBytes = 150;  // about a verdict
constexpr double kSeconds = 3;

void check(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "multi_get: %s\n", status.ToString().c_str());
  std::exit(1);
}

std::string key_of(std::uint64_t number) {
  const credence::Digest digest = credence::bench_digest(number);
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: multi_get DIR [KEYS]\n");
    return 2;
  }
  const std::uint64_t keys = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000'000;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  check(rocksdb::DB::Open(options, argv[1], &raw));
  const std::unique_ptr<rocksdb::DB> database(raw);
  rocksdb::WriteOptions unlogged;
  unlogged.disableWAL = true;
  for (std::uint64_t i = 0; i < keys; ++i) {
    check(database->Put(unlogged, key_of(i), std::string(kValueBytes, 'v')));
  }
  check(database->Flush({}));
  check(database->CompactRange({}, nullptr, nullptr));

  std::mt19937_64 random(1);
  std::vector<std::string> drawn;
  for (std::size_t i = 0; i < 2'000 * kBatch; ++i) drawn.push_back(key_of(random() % keys));
  std::vector<rocksdb::Slice> slices(drawn.begin(), drawn.end());
  std::vector<rocksdb::PinnableSlice> values(kBatch);
  std::vector<rocksdb::Status> statuses(kBatch);
  std::uint64_t found = 0;
  const auto begin = std::chrono::steady_clock::now();
  double seconds = 0;
  for (std::size_t at = 0; seconds < kSeconds; at = (at + kBatch) % slices.size()) {
    database->MultiGet({}, database->DefaultColumnFamily(), kBatch, &slices[at], values.data(),
                       statuses.data());
    for (std::size_t i = 0; i < kBatch; ++i) {
      check(statuses[i]);
      found += values[i].size() == kValueBytes ? 1U : 0U;
      values[i].Reset();
    }
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  std::printf("%.2f M subjects/s\n", static_cast<double>(found) / seconds / 1e6);
  return 0;
}
