#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "index/table/trust_table.h"
#include "scanners/core/decision.h"

namespace credence {

// Which of a subject's identities led to its answer.
enum class MatchedBy : std::uint8_t { kNone, kDigest, kText, kUri, kId, kScan };

// The answer for one subject of a trust query.
struct TrustAnswer {
  Verdict verdict = Verdict::kUndetermined;
  Disposition disposition = Disposition::kDeny;
  MatchedBy matched_by = MatchedBy::kNone;
  bool stale = false;    // judged by an older engine
  bool pending = false;  // ask again: a scan is under way
  std::uint8_t reason_count = 0;
  std::uint16_t score = 0;  // 0..1 as 0..65535
  std::array<FindingCode, TrustEntry::kReasonsMax> reasons{};
};

[[nodiscard]] TrustAnswer to_answer(const TrustEntry& entry, MatchedBy by, bool stale) noexcept;
[[nodiscard]] TrustAnswer to_answer(const Decision& decision, MatchedBy by) noexcept;

// Takes `other` into `answer` as one more identity of the same subject: of those that
// matched, the strictest disposition holds, of equal ones the first.
void combine(TrustAnswer& answer, const TrustAnswer& other) noexcept;

// Appends the answer as a JSON object.
void append_answer(std::string& out, const TrustAnswer& answer);

}  // namespace credence
