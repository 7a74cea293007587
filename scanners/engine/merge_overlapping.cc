#include "scanners/engine/merge_overlapping.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

namespace credence {
namespace {

auto kind_of(const Finding& finding) noexcept {
  const bool counts = finding.severity != Severity::kInfo;  // in policy
  return std::tuple(finding.layer, finding.code, finding.strength, counts, finding.channel,
                    finding.decoding);
}

bool overlaps(ByteSpan a, ByteSpan b) noexcept { return a.offset < b.end() && b.offset < a.end(); }

// Makes `kept` stand for `other` too.
void absorb(Finding& kept, Finding& other) {
  const bool longer = other.span.length > kept.span.length;
  const ByteSpan span = longer ? other.span : kept.span;
  std::string evidence = std::move(longer ? other.evidence : kept.evidence);
  const Severity severity = std::max(kept.severity, other.severity);
  if (other.score > kept.score) kept = std::move(other);
  kept.span = span;
  kept.evidence = std::move(evidence);
  kept.severity = severity;
}

}  // namespace

void merge_overlapping(std::vector<Finding>& findings, std::size_t first) {
  if (findings.size() < first + 2) return;
  std::vector<std::size_t> order;
  for (std::size_t i = first; i < findings.size(); ++i) {
    if (findings[i].code != FindingCode::kMatchStorm) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto key = [&](std::size_t i) {
      return std::tuple(kind_of(findings[i]), findings[i].span.offset, i);
    };
    return key(a) < key(b);
  });
  std::vector<bool> gone(findings.size() - first);
  std::size_t kept = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    Finding& last = findings[order[kept]];
    Finding& next = findings[order[i]];
    if (kind_of(last) != kind_of(next) || !overlaps(last.span, next.span)) {
      order[++kept] = order[i];
      continue;
    }
    absorb(last, next);
    gone[order[i] - first] = true;
  }
  std::size_t to = first;
  for (std::size_t i = first; i < findings.size(); ++i) {
    if (gone[i - first]) continue;
    if (to != i) findings[to] = std::move(findings[i]);
    ++to;
  }
  findings.erase(findings.begin() + static_cast<std::ptrdiff_t>(to), findings.end());
}

}  // namespace credence
