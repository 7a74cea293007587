#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "scanners/core/coverage.h"
#include "scanners/core/decision.h"

// This room is where findings become a decision, and the only one.
namespace credence {

// Thresholds and dispositions. The defaults are the shipped policy; config/load
// reads others from YAML (config/policy.yaml shows every key).
struct Policy {
  // Scores at and above which findings make a verdict.
  float suspicious_score = 0.5F;
  float malicious_score = 0.85F;

  // What a score is multiplied by for the channel its finding stands in: an
  // instruction that no reader of the document can see weighs more, one in a code
  // sample or a quotation less.
  std::array<float, 9> channel_weight = {1.0F, 1.3F, 1.1F, 1.1F, 1.1F, 0.7F, 0.6F, 1.0F, 1.0F};

  // A strong finding that weighs less than this counts as a weak one: an attack that is
  // quoted and talked about does not become one by being one of many.
  float faint_score = 0.3F;

  // How much of a weak finding's score counts beside a strong one.
  float weak_share = 0.3F;

  Disposition on_suspicious = Disposition::kQuarantine;
  Disposition on_malicious = Disposition::kDeny;

  // Exception policies: what follows when an artifact could not be wholly examined
  // and nothing worse was found. Indexed by CoverageReason; fail closed.
  std::array<Disposition, kCoverageReasonCount> on_gap = {
      Disposition::kQuarantine,  // kDeadline
      Disposition::kQuarantine,  // kSizeLimit
      Disposition::kQuarantine,  // kExpansionLimit
      Disposition::kQuarantine,  // kMalformed
      Disposition::kQuarantine,  // kEncrypted
      Disposition::kWarn,        // kUnsupportedKind
      Disposition::kQuarantine,  // kScannerError
      Disposition::kQuarantine,  // kWorkerCrashed
      Disposition::kQuarantine,  // kWorkerTimeout
      Disposition::kQuarantine,  // kChanged
      Disposition::kQuarantine,  // kUnreadable
  };

  // Canonical text of every field: input of the digest that keys verdicts.
  [[nodiscard]] std::string describe() const;
};

}  // namespace credence
