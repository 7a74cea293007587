#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "index/record/verdict_record.h"

// Records with every field drawn at random, for properties and model tests.
namespace credence::testing {

using Random = std::mt19937_64;

inline std::uint64_t below(Random& random, std::uint64_t bound) { return random() % bound; }

inline Digest random_digest(Random& random) {
  Digest digest;
  for (auto& byte : digest.bytes) byte = static_cast<std::uint8_t>(random());
  return digest;
}

// The n-th of a family of unequal digests.
inline Digest numbered_digest(std::uint64_t n) {
  Random random(n);
  return random_digest(random);
}

inline std::string random_text(Random& random, std::size_t size_max) {
  std::string text(below(random, size_max + 1), '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

inline Decision random_decision(Random& random) {
  Decision decision;
  decision.verdict = static_cast<Verdict>(below(random, 5));
  decision.disposition = static_cast<Disposition>(below(random, 4));
  decision.score = static_cast<float>(below(random, 1001)) / 1000.0F;
  const auto catalogue = finding_catalogue();
  for (std::uint64_t i = below(random, 7); i > 0; --i) {
    decision.reasons.push_back(catalogue[below(random, catalogue.size())].code);
  }
  return decision;
}

inline VerdictRecord random_verdict(Random& random) {
  VerdictRecord record;
  record.digest = random_digest(random);
  record.decision = random_decision(random);
  record.coverage = static_cast<Coverage>(below(random, 3));
  record.kind = static_cast<MediaKind>(below(random, 10));
  record.size = random() >> below(random, 64);
  record.engine = random_digest(random);
  record.scanned_at_ms = static_cast<std::int64_t>(random() >> 1);
  record.report_json = random_text(random, 300);
  if (below(random, 3) == 0) {
    record.overridden = {.disposition = static_cast<Disposition>(below(random, 4)),
                         .by = "a" + random_text(random, 20),
                         .reason = random_text(random, 40),
                         .at_ms = static_cast<std::int64_t>(random())};
  }
  return record;
}

inline ChunkVerdict random_chunk(Random& random) {
  ChunkVerdict record;
  record.digest = random_digest(random);
  record.artifact = random_digest(random);
  record.decision = random_decision(random);
  record.engine = random_digest(random);
  record.scanned_at_ms = static_cast<std::int64_t>(random());
  record.record_id = random_text(random, 40);
  return record;
}

inline FileIdentity random_identity(Random& random) {
  return {.device = random(),
          .inode = random(),
          .size = random(),
          .mtime_ns = static_cast<std::int64_t>(random()),
          .ctime_ns = static_cast<std::int64_t>(random())};
}

inline UriRecord random_uri(Random& random) {
  return {.digest = random_digest(random),
          .identity = random_identity(random),
          .seen_at_ms = static_cast<std::int64_t>(random())};
}

inline WorkItem random_work(Random& random) {
  return {.sequence = random(),
          .uri = random_text(random, 80),
          .attempts = static_cast<std::uint32_t>(random() >> below(random, 64))};
}

inline AuditEntry random_audit(Random& random) {
  return {.sequence = random(),
          .at_ms = static_cast<std::int64_t>(random()),
          .actor = random_text(random, 20),
          .action = random_text(random, 20),
          .subject = random_text(random, 80),
          .detail = random_text(random, 200),
          .previous = random_digest(random)};
}

}  // namespace credence::testing
