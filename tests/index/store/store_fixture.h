#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>

#include <unistd.h>

#include "index/store/verdict_store.h"
#include "scanners/core/digest.h"
#include "tests/index/record/records.h"

namespace credence::testing {

// Stands for SHA-256: unequal for unequal bytes as far as a test goes.
inline Digest fake_digest(std::span<const std::byte> bytes) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::byte byte : bytes) {
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 1099511628211ULL;
  }
  return numbered_digest(hash);
}

// A directory that goes away with the object.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "credence-test-XXXXXX").string();
    CREDENCE_CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// The commit of an artifact numbered `n` with `chunks` chunks of its own.
inline ArtifactCommit numbered_commit(std::uint64_t n, std::size_t chunks) {
  ArtifactCommit commit;
  commit.verdict.digest = numbered_digest(n);
  commit.verdict.decision.disposition = Disposition::kAllow;
  commit.verdict.decision.verdict = Verdict::kNothingFound;
  commit.verdict.kind = MediaKind::kText;
  commit.verdict.size = n;
  commit.verdict.scanned_at_ms = static_cast<std::int64_t>(n);
  commit.verdict.report_json = "{}";
  commit.uri = "file:///kb/" + std::to_string(n);
  commit.caller_ids = {"kb/" + std::to_string(n)};
  commit.actor = "test";
  for (std::size_t i = 0; i < chunks; ++i) {
    ChunkVerdict chunk;
    chunk.digest = numbered_digest((n << 20) + i + 1);
    chunk.artifact = commit.verdict.digest;
    chunk.record_id = "kb/" + std::to_string(n) + "/" + std::to_string(i);
    commit.chunks.push_back(chunk);
  }
  return commit;
}

}  // namespace credence::testing
