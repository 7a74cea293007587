#include "daemon/api/trust_answer.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace credence {
namespace {

constexpr std::size_t kDispositions = 4;
constexpr std::size_t kVerdicts = 5;
constexpr std::size_t kMatches = 6;
constexpr std::string_view kMatchNames[kMatches] = {"none", "digest", "text", "uri", "id", "scan"};

// The constant parts of answers, made once: an answer is then a few copies.
struct Fragments {
  std::array<std::string, kDispositions * kVerdicts> starts;  // … "score":
  std::array<std::string, 1001> scores;                       // in thousandths
  std::vector<std::string> reasons;                           // by code, quoted
  std::array<std::string, 2 * kMatches> ends;                 // "stale": …
  // Whole answers without score, reasons and pending: most of all answers.
  std::array<std::string, kDispositions * kVerdicts * 2 * kMatches> plain;

  Fragments();
};

std::size_t start_index(const TrustAnswer& answer) noexcept {
  return static_cast<std::size_t>(answer.disposition) * kVerdicts +
         static_cast<std::size_t>(answer.verdict);
}
std::size_t end_index(const TrustAnswer& answer) noexcept {
  return (answer.stale ? kMatches : 0) + static_cast<std::size_t>(answer.matched_by);
}

std::string thousandths(int value) {
  if (value == 0) return "0";
  if (value == 1000) return "1";
  std::string digits = std::to_string(1000 + value).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return "0." + digits;
}

Fragments::Fragments() {
  for (std::size_t d = 0; d < kDispositions; ++d) {
    for (std::size_t v = 0; v < kVerdicts; ++v) {
      std::string& start = starts[d * kVerdicts + v];
      start = "{\"disposition\":\"";
      start.append(to_string(static_cast<Disposition>(d))).append("\",\"verdict\":\"");
      start.append(to_string(static_cast<Verdict>(v))).append("\",\"score\":");
    }
  }
  for (int i = 0; i <= 1000; ++i) scores[static_cast<std::size_t>(i)] = thousandths(i);
  for (const FindingInfo& row : finding_catalogue()) {
    reasons.push_back("\"" + std::string(row.id) + "\"");
  }
  for (std::size_t m = 0; m < 2 * kMatches; ++m) {
    ends[m] = m < kMatches ? "\"stale\":false" : "\"stale\":true";
    ends[m].append(",\"matched_by\":\"").append(kMatchNames[m % kMatches]).append("\"");
  }
  for (std::size_t i = 0; i < plain.size(); ++i) {
    plain[i] = starts[i / ends.size()] + "0,\"reasons\":[]," + ends[i % ends.size()] + "}";
  }
}

const Fragments& fragments() {
  static const Fragments made;
  return made;
}

}  // namespace

TrustAnswer to_answer(const TrustEntry& entry, MatchedBy by, bool stale) noexcept {
  TrustAnswer answer;
  answer.verdict = entry.verdict;
  answer.disposition = entry.disposition;
  answer.matched_by = by;
  answer.stale = stale;
  answer.reason_count = entry.reason_count;
  answer.score = entry.score;
  answer.reasons = entry.reasons;
  return answer;
}

TrustAnswer to_answer(const Decision& decision, MatchedBy by) noexcept {
  TrustAnswer answer;
  answer.verdict = decision.verdict;
  answer.disposition = decision.disposition;
  answer.matched_by = by;
  answer.score =
      static_cast<std::uint16_t>(std::lround(std::clamp(decision.score, 0.0F, 1.0F) * 65535.0F));
  const std::size_t count = std::min(decision.reasons.size(), answer.reasons.size());
  std::copy_n(decision.reasons.begin(), count, answer.reasons.begin());
  answer.reason_count = static_cast<std::uint8_t>(count);
  return answer;
}

void combine(TrustAnswer& answer, const TrustAnswer& other) noexcept {
  const bool stale = answer.stale || other.stale;
  const bool pending = answer.pending || other.pending;
  if (answer.matched_by == MatchedBy::kNone || other.disposition > answer.disposition) {
    answer = other;
  }
  answer.stale = stale;
  answer.pending = pending;
}

void append_answer(std::string& out, const TrustAnswer& answer) {
  const Fragments& parts = fragments();
  if (answer.score == 0 && answer.reason_count == 0 && !answer.pending) {
    out.append(parts.plain[start_index(answer) * parts.ends.size() + end_index(answer)]);
    return;
  }
  out.append(parts.starts[start_index(answer)]);
  out.append(parts.scores[(answer.score * 1000U + 32'767U) / 65'535U]);
  out.append(",\"reasons\":[");
  for (std::size_t i = 0; i < answer.reason_count; ++i) {
    if (i > 0) out += ',';
    out.append(parts.reasons[static_cast<std::size_t>(answer.reasons[i])]);
  }
  out.append("],").append(parts.ends[end_index(answer)]);
  out.append(answer.pending ? ",\"pending\":true}" : "}");
}

}  // namespace credence
