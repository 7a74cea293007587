// store_writer PATH FIRST THREADS: queues and commits artifacts FIRST, FIRST + 1, …
// into the store at PATH, and writes the number of each to standard output once it
// is durable. Runs until it is killed.
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include "index/store/rocksdb_store.h"
#include "tests/index/store/store_fixture.h"

namespace {

using credence::ArtifactCommit;

void commit_for_ever(credence::VerdictStore& store, std::atomic<std::uint64_t>& next) {
  while (true) {
    const std::uint64_t n = next++;
    ArtifactCommit commit = credence::testing::numbered_commit(n, 3);
    const std::vector<std::string> uris = {commit.uri};
    const auto queued = store.enqueue(uris);
    if (!queued) std::abort();
    commit.work_sequence = queued->front();
    if (!store.commit({&commit, 1}).ok()) std::abort();
    if (::write(STDOUT_FILENO, &n, sizeof n) != static_cast<ssize_t>(sizeof n)) std::abort();
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  // A small log limit, so that kills also meet flushes and compactions.
  auto store = credence::open_rocksdb_store({.path = argv[1],
                                             .digest = credence::testing::fake_digest,
                                             .memtable_bytes = 256U << 10,
                                             .log_bytes_max = 256U << 10});
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message().c_str());
    return 1;
  }
  std::atomic<std::uint64_t> next = std::strtoull(argv[2], nullptr, 10);
  std::vector<std::thread> threads;
  for (long i = std::strtol(argv[3], nullptr, 10); i > 0; --i) {
    threads.emplace_back([&] { commit_for_ever(**store, next); });
  }
  for (std::thread& thread : threads) thread.join();
  return 0;
}
