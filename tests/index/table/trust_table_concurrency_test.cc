// Readers look on while a writer changes and grows the table: an entry is always
// seen whole, and nothing that was there is ever missed.
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "index/table/trust_table.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

using testing::numbered_commit;
using testing::numbered_digest;

constexpr std::uint64_t kFirst = 500;    // there from the start
constexpr std::uint64_t kLast = 20'000;  // added while readers look on

// Score and time of one version agree: a mixture shows.
ArtifactCommit version_of(std::uint64_t n, std::uint16_t version) {
  ArtifactCommit commit = numbered_commit(n, 0);
  commit.verdict.decision.score = static_cast<float>(version) / 65535.0F;
  commit.verdict.scanned_at_ms = std::int64_t{version} * 1000;
  return commit;
}

bool is_whole(const TrustEntry& entry) {
  const auto score = static_cast<std::int64_t>(entry.score);
  const auto time = static_cast<std::int64_t>(entry.scanned_at_s);
  return score - time <= 1 && time - score <= 1;  // the score was rounded
}

TEST_CASE("readers and a growing writer") {
  TrustTable table;
  for (std::uint64_t n = 0; n < kFirst; ++n) table.apply(version_of(n, 0));
  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> wrong{0};
  std::vector<std::thread> readers;
  for (int r = 0; r < 3; ++r) {
    readers.emplace_back([&, r] {
      std::vector<Digest> digests;
      for (std::uint64_t n = 0; n < kFirst; ++n) digests.push_back(numbered_digest(n));
      std::vector<std::optional<TrustEntry>> answers(digests.size());
      while (!done.load()) {
        table.find(digests, answers);
        for (const auto& answer : answers) {
          if (!answer || !is_whole(*answer)) ++wrong;
        }
        const auto n = static_cast<std::size_t>(r);
        if (!table.find(digests[n])) ++wrong;
        if (table.find_uri("file:///kb/" + std::to_string(n)) != digests[n]) ++wrong;
      }
    });
  }
  for (std::uint64_t n = kFirst; n < kLast; ++n) {
    table.apply(version_of(n, 1));
    table.apply(version_of(n % kFirst, static_cast<std::uint16_t>(n)));
    if (n % 64 == 0) table.set_engine(numbered_digest(n));
  }
  done.store(true);
  for (std::thread& reader : readers) reader.join();
  CHECK(wrong.load() == 0);
  CHECK(table.size() == kLast);
}

}  // namespace
}  // namespace credence
