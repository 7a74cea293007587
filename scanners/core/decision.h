#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/finding.h"

namespace credence {

// What was established about a subject. Named no more strongly than that: there
// is no "clean". Values are stored; append only.
enum class Verdict : std::uint8_t {
  kNothingFound = 0,
  kSuspicious = 1,
  kMalicious = 2,
  kUndetermined = 3,  // it could not be examined well enough to say
  kTrusted = 4,       // positive evidence: a verified signature, an operator's release
};

// What policy does with it, mildest first. Values are stored; append only.
enum class Disposition : std::uint8_t { kAllow = 0, kWarn = 1, kQuarantine = 2, kDeny = 3 };

[[nodiscard]] constexpr std::string_view to_string(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::kNothingFound: return "nothing_found";
    case Verdict::kSuspicious: return "suspicious";
    case Verdict::kMalicious: return "malicious";
    case Verdict::kUndetermined: return "undetermined";
    case Verdict::kTrusted: return "trusted";
  }
  return "undetermined";
}

[[nodiscard]] constexpr std::string_view to_string(Disposition disposition) noexcept {
  switch (disposition) {
    case Disposition::kAllow: return "allow";
    case Disposition::kWarn: return "warn";
    case Disposition::kQuarantine: return "quarantine";
    case Disposition::kDeny: return "deny";
  }
  return "deny";
}

[[nodiscard]] constexpr std::optional<Disposition> parse_disposition(
    std::string_view text) noexcept {
  for (int i = 0; i <= 3; ++i) {
    if (to_string(static_cast<Disposition>(i)) == text) return static_cast<Disposition>(i);
  }
  return std::nullopt;
}

[[nodiscard]] constexpr std::optional<Verdict> parse_verdict(std::string_view text) noexcept {
  for (int i = 0; i <= 4; ++i) {
    if (to_string(static_cast<Verdict>(i)) == text) return static_cast<Verdict>(i);
  }
  return std::nullopt;
}

// Findings judged by a policy.
struct Decision {
  Verdict verdict = Verdict::kUndetermined;
  Disposition disposition = Disposition::kDeny;
  float score = 0;                   // 0..1 over all findings
  std::vector<FindingCode> reasons;  // what decided, weightiest first, each once
};

}  // namespace credence
