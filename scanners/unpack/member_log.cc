#include "scanners/unpack/member_log.h"

#include <utility>

#include "scanners/core/utf8.h"
#include "scanners/unpack/entry_name.h"

namespace credence {

void MemberLog::name(std::string_view name, ByteSpan span) {
  switch (check_entry_name(name)) {
    case NameFault::kNone: break;
    case NameFault::kEscapes: find(FindingCode::kPathTraversal, 0.9F, span, name); break;
    case NameFault::kOdd: find(FindingCode::kMalformed, 0.3F, span, name); break;
  }
  if (name.ends_with('/')) return;  // a folder may be named more than once
  if (!names_.insert(canonical_entry_name(name)).second) {
    find(FindingCode::kDuplicateEntry, 0.5F, span, name);
  }
}

void MemberLog::link(std::string_view name, std::string_view target, ByteSpan span) {
  const bool escapes = check_entry_name(target) == NameFault::kEscapes;
  find(FindingCode::kArchiveLink, escapes ? 0.6F : 0.2F, span,
       std::string(name) + " -> " + std::string(target));
}

void MemberLog::device(std::string_view name, ByteSpan span) {
  find(FindingCode::kArchiveLink, 0.6F, span, name);
}

void MemberLog::find(FindingCode code, float score, ByteSpan span, std::string_view evidence) {
  if (reported_.count(code) == kPerCodeMax) return;
  reported_.insert(code);
  const std::uint64_t size = layer_.bytes.size();
  span.offset = std::min(span.offset, size);
  span.length = std::min(span.length, size - span.offset);
  Finding finding = Finding::of(code, layer_.id, span, score);
  finding.evidence = printable(evidence, Finding::kEvidenceMax);
  finding.rule = "unpack";
  sink_.add(std::move(finding));
}

void MemberLog::lower(CoverageReason reason, std::string_view detail) {
  sink_.lower_coverage(Coverage::kPartial, reason, layer_.id,
                       printable(detail, Finding::kEvidenceMax));
}

}  // namespace credence
