#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// How much of an artifact was examined. A scan cut short never reads as clean:
// anything but kComplete is reported with the verdict.
enum class Coverage : std::uint8_t { kComplete, kPartial, kSkipped };

// Why coverage is not complete. Each has a named policy (config/policy).
enum class CoverageReason : std::uint8_t {
  kDeadline,         // the time budget ran out
  kSizeLimit,        // the artifact or a layer is larger than the limit
  kExpansionLimit,   // expanded bytes, ratio, entries, depth or decodings
  kMalformed,        // the format is broken or truncated
  kEncrypted,        // content that cannot be read without a key
  kUnsupportedKind,  // no extractor knows this media kind
  kScannerError,     // a scanner or library failed on it
  kWorkerCrashed,    // the sandboxed worker died on it
  kWorkerTimeout,    // the sandboxed worker was stopped by the watchdog
  kChanged,          // the file changed while it was being read
  kUnreadable,       // the file could not be opened or read
};

[[nodiscard]] constexpr std::string_view to_string(Coverage coverage) noexcept {
  switch (coverage) {
    case Coverage::kComplete: return "complete";
    case Coverage::kPartial: return "partial";
    case Coverage::kSkipped: return "skipped";
  }
  return "skipped";
}

[[nodiscard]] constexpr std::string_view to_string(CoverageReason reason) noexcept {
  switch (reason) {
    case CoverageReason::kDeadline: return "deadline";
    case CoverageReason::kSizeLimit: return "size_limit";
    case CoverageReason::kExpansionLimit: return "expansion_limit";
    case CoverageReason::kMalformed: return "malformed";
    case CoverageReason::kEncrypted: return "encrypted";
    case CoverageReason::kUnsupportedKind: return "unsupported_kind";
    case CoverageReason::kScannerError: return "scanner_error";
    case CoverageReason::kWorkerCrashed: return "worker_crashed";
    case CoverageReason::kWorkerTimeout: return "worker_timeout";
    case CoverageReason::kChanged: return "changed";
    case CoverageReason::kUnreadable: return "unreadable";
  }
  return "scanner_error";
}

inline constexpr int kCoverageReasonCount = 11;

// A set of reasons.
struct CoverageReasons {
  std::uint16_t bits = 0;

  constexpr void add(CoverageReason reason) noexcept {
    bits = static_cast<std::uint16_t>(bits | 1U << static_cast<unsigned>(reason));
  }
  [[nodiscard]] constexpr bool contains(CoverageReason reason) const noexcept {
    return (bits >> static_cast<unsigned>(reason) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
  // Calls visit(reason) for each, in the order in which they are declared.
  template <typename Visit>
  constexpr void for_each(Visit visit) const {
    for (int i = 0; i < kCoverageReasonCount; ++i) {
      if (contains(static_cast<CoverageReason>(i))) visit(static_cast<CoverageReason>(i));
    }
  }
  bool operator==(const CoverageReasons&) const = default;
};

// One gap in what was examined.
struct CoverageNote {
  Coverage coverage = Coverage::kPartial;
  CoverageReason reason = CoverageReason::kScannerError;
  std::uint32_t layer = 0;
  std::string detail;  // for people; bounded by the sink
};

}  // namespace credence
