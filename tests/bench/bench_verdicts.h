#pragma once

#include <cstdint>

#include "index/store/verdict_store.h"
#include "tests/bench/bench_digests.h"

namespace credence {

// What the benchmarks store under bench_digest(number); every tenth is a finding.
[[nodiscard]] inline ArtifactCommit bench_commit(std::uint64_t number, const Digest& engine) {
  ArtifactCommit commit;
  commit.verdict.engine = engine;
  commit.verdict.digest = bench_digest(number);
  commit.verdict.decision = {Verdict::kNothingFound, Disposition::kAllow, 0, {}};
  if (number % 10 == 0) {
    commit.verdict.decision = {
        Verdict::kSuspicious, Disposition::kQuarantine, 0.7F, {FindingCode::kInstructionOverride}};
  }
  return commit;
}

}  // namespace credence
