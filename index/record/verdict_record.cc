#include "index/record/verdict_record.h"

#include <bit>
#include <limits>
#include <string>
#include <unordered_map>

#include "index/record/codec.h"

// Enumerations whose values are stored by contract (Verdict, Disposition,
// Coverage) are bytes. Finding codes and media kinds are lists that people sort,
// so they are stored by the names that never change.
namespace credence {
namespace {

constexpr std::uint8_t kVerdictVersion = 1;
constexpr std::uint8_t kChunkVersion = 1;
constexpr std::uint8_t kUriVersion = 1;
constexpr std::uint8_t kWorkVersion = 1;
constexpr std::uint8_t kAuditVersion = 1;

Error corrupt(std::string_view what) {
  return Error(ErrorCode::kCorrupt, "stored " + std::string(what) + " does not read back");
}

std::optional<FindingCode> finding_code(std::string_view id) {
  static const auto codes = [] {
    std::unordered_map<std::string_view, FindingCode> map;
    for (const FindingInfo& row : finding_catalogue()) map.emplace(row.id, row.code);
    return map;
  }();
  const auto found = codes.find(id);
  if (found == codes.end()) return std::nullopt;
  return found->second;
}

std::uint64_t to_stored(std::int64_t value) noexcept { return static_cast<std::uint64_t>(value); }
std::int64_t from_stored(std::uint64_t value) noexcept { return static_cast<std::int64_t>(value); }

// A score that is no number counts as the worst one.
float clamped(float score) noexcept {
  if (score >= 0 && score <= 1) return score == 0 ? 0.0F : score;  // -0 is 0
  return score < 0 ? 0.0F : 1.0F;
}

void put(Encoder& out, const Decision& decision) {
  out.byte(static_cast<std::uint8_t>(decision.verdict))
      .byte(static_cast<std::uint8_t>(decision.disposition))
      .fixed32(std::bit_cast<std::uint32_t>(clamped(decision.score)))
      .varint(decision.reasons.size());
  for (const FindingCode code : decision.reasons) out.text(info(code).id);
}

// Reads a byte that holds an enumerator from 0 to `last`.
template <typename Enum>
Enum enumerator(Decoder& in, Enum last) {
  const std::uint8_t value = in.byte();
  if (value > static_cast<std::uint8_t>(last)) {
    in.fail();
    return Enum{};
  }
  return static_cast<Enum>(value);
}

float score(Decoder& in) {
  const std::uint32_t bits = in.fixed32();
  const float value = std::bit_cast<float>(bits);
  // Positive floats order as their bits do; this also refuses -0 and NaN.
  if (bits > std::bit_cast<std::uint32_t>(1.0F)) {
    in.fail();
    return 1;
  }
  return value;
}

Decision decision(Decoder& in) {
  Decision out;
  out.verdict = enumerator(in, Verdict::kTrusted);
  out.disposition = enumerator(in, Disposition::kDeny);
  out.score = score(in);
  const std::uint64_t count = in.varint();
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    const auto code = finding_code(in.text());
    if (!code) {
      in.fail();
    } else {
      out.reasons.push_back(*code);
    }
  }
  return out;
}

void put(Encoder& out, const VerdictRecord::Override& override) {
  out.text(override.by);
  if (override.by.empty()) return;
  out.byte(static_cast<std::uint8_t>(override.disposition))
      .text(override.reason)
      .fixed64(to_stored(override.at_ms));
}

VerdictRecord::Override override_of(Decoder& in) {
  VerdictRecord::Override out;
  out.by = in.text();
  if (out.by.empty()) return out;
  out.disposition = enumerator(in, Disposition::kDeny);
  out.reason = in.text();
  out.at_ms = from_stored(in.fixed64());
  return out;
}

}  // namespace

std::string encode(const VerdictRecord& record) {
  Encoder out(kVerdictVersion);
  out.digest(record.digest);
  put(out, record.decision);
  out.byte(static_cast<std::uint8_t>(record.coverage))
      .text(to_string(record.kind))
      .varint(record.size)
      .digest(record.engine)
      .fixed64(to_stored(record.scanned_at_ms))
      .text(record.report_json);
  put(out, record.overridden);
  return std::move(out).take();
}

Result<VerdictRecord> decode_verdict(std::string_view bytes) {
  Decoder in(bytes);
  if (in.byte() != kVerdictVersion) return corrupt("verdict");
  VerdictRecord record;
  record.digest = in.digest();
  record.decision = decision(in);
  record.coverage = enumerator(in, Coverage::kSkipped);
  const auto kind = parse_media_kind(in.text());
  if (!kind) return corrupt("verdict");
  record.kind = *kind;
  record.size = in.varint();
  record.engine = in.digest();
  record.scanned_at_ms = from_stored(in.fixed64());
  record.report_json = in.text();
  record.overridden = override_of(in);
  if (!in.finished()) return corrupt("verdict");
  return record;
}

std::string encode(const ChunkVerdict& record) {
  Encoder out(kChunkVersion);
  out.digest(record.digest).digest(record.artifact);
  put(out, record.decision);
  out.digest(record.engine).fixed64(to_stored(record.scanned_at_ms)).text(record.record_id);
  return std::move(out).take();
}

Result<ChunkVerdict> decode_chunk(std::string_view bytes) {
  Decoder in(bytes);
  if (in.byte() != kChunkVersion) return corrupt("chunk verdict");
  ChunkVerdict record;
  record.digest = in.digest();
  record.artifact = in.digest();
  record.decision = decision(in);
  record.engine = in.digest();
  record.scanned_at_ms = from_stored(in.fixed64());
  record.record_id = in.text();
  if (!in.finished()) return corrupt("chunk verdict");
  return record;
}

std::string encode(const UriRecord& record) {
  Encoder out(kUriVersion);
  out.digest(record.digest)
      .fixed64(record.identity.device)
      .fixed64(record.identity.inode)
      .fixed64(record.identity.size)
      .fixed64(to_stored(record.identity.mtime_ns))
      .fixed64(to_stored(record.identity.ctime_ns))
      .fixed64(to_stored(record.seen_at_ms));
  return std::move(out).take();
}

Result<UriRecord> decode_uri(std::string_view bytes) {
  Decoder in(bytes);
  if (in.byte() != kUriVersion) return corrupt("URI record");
  UriRecord record;
  record.digest = in.digest();
  record.identity.device = in.fixed64();
  record.identity.inode = in.fixed64();
  record.identity.size = in.fixed64();
  record.identity.mtime_ns = from_stored(in.fixed64());
  record.identity.ctime_ns = from_stored(in.fixed64());
  record.seen_at_ms = from_stored(in.fixed64());
  if (!in.finished()) return corrupt("URI record");
  return record;
}

std::string encode(const WorkItem& item) {
  Encoder out(kWorkVersion);
  out.fixed64(item.sequence).text(item.uri).varint(item.attempts);
  return std::move(out).take();
}

Result<WorkItem> decode_work(std::string_view bytes) {
  Decoder in(bytes);
  if (in.byte() != kWorkVersion) return corrupt("work item");
  WorkItem item;
  item.sequence = in.fixed64();
  item.uri = in.text();
  const std::uint64_t attempts = in.varint();
  if (!in.finished() || attempts > std::numeric_limits<std::uint32_t>::max()) {
    return corrupt("work item");
  }
  item.attempts = static_cast<std::uint32_t>(attempts);
  return item;
}

std::string encode(const AuditEntry& entry) {
  Encoder out(kAuditVersion);
  out.fixed64(entry.sequence)
      .fixed64(to_stored(entry.at_ms))
      .text(entry.actor)
      .text(entry.action)
      .text(entry.subject)
      .text(entry.detail)
      .digest(entry.previous);
  return std::move(out).take();
}

Result<AuditEntry> decode_audit(std::string_view bytes) {
  Decoder in(bytes);
  if (in.byte() != kAuditVersion) return corrupt("audit entry");
  AuditEntry entry;
  entry.sequence = in.fixed64();
  entry.at_ms = from_stored(in.fixed64());
  entry.actor = in.text();
  entry.action = in.text();
  entry.subject = in.text();
  entry.detail = in.text();
  entry.previous = in.digest();
  if (!in.finished()) return corrupt("audit entry");
  return entry;
}

}  // namespace credence
