#include "scanners/extract/docx_zip.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <zlib.h>

#include "scanners/core/byte_reader.h"
#include "scanners/core/finding.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kMembersMax = 10'000;
constexpr std::size_t kNameSizeMax = 4'096;
constexpr std::size_t kEndRecordSize = 22;
constexpr std::size_t kCommentSizeMax = 65'535;
constexpr std::string_view kEndSignature("PK\x05\x06", 4);
constexpr std::string_view kEntrySignature("PK\x01\x02", 4);
constexpr std::string_view kLocalSignature("PK\x03\x04", 4);
constexpr std::uint16_t kEncryptedFlag = 1;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;

std::string clean_name(std::string_view name) {
  std::string out(name.substr(0, kNameSizeMax));
  std::replace(out.begin(), out.end(), '\\', '/');
  return out;
}

// The fields that a directory entry and a local header share.
struct Header {
  std::uint16_t flags = 0;
  std::uint16_t method = 0;
  std::uint32_t packed_size = 0;
  std::uint32_t size = 0;
  std::uint16_t name_size = 0;
  std::uint16_t extra_size = 0;
};

std::optional<Header> read_header(ByteReader& reader) {
  Header header;
  const auto version = reader.little<std::uint16_t>();
  const auto flags = reader.little<std::uint16_t>();
  const auto method = reader.little<std::uint16_t>();
  const bool skipped = reader.skip(8);  // time, date, CRC-32
  const auto packed_size = reader.little<std::uint32_t>();
  const auto size = reader.little<std::uint32_t>();
  const auto name_size = reader.little<std::uint16_t>();
  const auto extra_size = reader.little<std::uint16_t>();
  if (!version || !skipped || !extra_size) return std::nullopt;
  header = {*flags, *method, *packed_size, *size, *name_size, *extra_size};
  return header;
}

struct Inflated {
  std::string bytes;
  std::size_t consumed = 0;
  bool truncated = false;
  bool damaged = false;
};

Inflated inflate_raw(std::string_view data, std::size_t size_max) {
  Inflated out;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return {"", 0, false, true};
  std::array<unsigned char, 64 * 1024> block;
  // zlib reads through a pointer that it does not write to, yet not const.
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), 1U << 30));
  int status = Z_OK;
  while (status == Z_OK && !out.truncated) {
    stream.next_out = block.data();
    stream.avail_out = block.size();
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = block.size() - stream.avail_out;
    const std::size_t room = size_max - out.bytes.size();
    out.bytes.append(reinterpret_cast<const char*>(block.data()), std::min(made, room));
    out.truncated = made > room;
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;
  }
  out.consumed = stream.total_in;
  out.damaged = status != Z_STREAM_END && !out.truncated;
  inflateEnd(&stream);
  return out;
}

}  // namespace

ZipPackage::ZipPackage(const Layer& layer, ScanSink& sink) : layer_(layer), sink_(sink) {
  if (!read_directory()) {
    lower(CoverageReason::kMalformed, "the package has no readable directory");
    read_without_directory();
  }
  check_members();
}

void ZipPackage::report(FindingCode code, std::string_view rule, std::string_view evidence,
                        ByteSpan span) const {
  Finding finding = Finding::of(code, layer_.id, span, 0.5F);
  finding.rule = rule;
  finding.evidence = printable(evidence, Finding::kEvidenceMax);
  finding.channel = Channel::kMetadata;
  sink_.add(std::move(finding));
}

void ZipPackage::lower(CoverageReason reason, std::string_view detail) const {
  sink_.lower_coverage(Coverage::kPartial, reason, layer_.id, detail);
}

bool ZipPackage::read_directory() {
  const std::string_view bytes = layer_.bytes.text();
  const std::size_t window = std::min(bytes.size(), kEndRecordSize + kCommentSizeMax);
  const std::size_t tail = bytes.size() - window;
  const std::size_t found = bytes.substr(tail).rfind(kEndSignature);
  if (found == std::string_view::npos) return false;
  ByteReader reader(bytes);
  if (!reader.seek(tail + found + 10)) return false;
  const auto count = reader.little<std::uint16_t>();
  const auto size = reader.little<std::uint32_t>();
  const auto offset = reader.little<std::uint32_t>();
  if (!count || !size || !offset || !reader.seek(*offset)) return false;
  for (std::uint32_t i = 0; i < *count; ++i) {
    if (!reader.starts_with(kEntrySignature)) {
      lower(CoverageReason::kMalformed, "the package's directory is shorter than it says");
      return !members_.empty();
    }
    if (members_.size() == kMembersMax) {
      lower(CoverageReason::kExpansionLimit, "more members than are looked at");
      return true;
    }
    if (!reader.skip(6)) return false;  // signature, version made by
    const auto header = read_header(reader);
    const auto comment_size = reader.little<std::uint16_t>();
    if (!header || !comment_size || !reader.skip(8)) return !members_.empty();
    const auto local = reader.little<std::uint32_t>();
    const auto name = reader.text(header->name_size);
    if (!local || !name || !reader.skip(header->extra_size) || !reader.skip(*comment_size)) {
      return !members_.empty();
    }
    ZipMember member;
    member.name = clean_name(*name);
    member.method = header->method;
    member.size = header->size;
    member.encrypted = (header->flags & kEncryptedFlag) != 0;
    if (resolve(member, *local, header->packed_size)) members_.push_back(std::move(member));
  }
  return true;
}

// Finds the bytes of a member through its local header and compares the two.
bool ZipPackage::resolve(ZipMember& member, std::uint64_t local_offset, std::uint64_t packed_size) {
  ByteReader reader(layer_.bytes.text());
  if (!reader.seek(local_offset) || !reader.starts_with(kLocalSignature) || !reader.skip(4)) {
    lower(CoverageReason::kMalformed, "a member is not where the directory says");
    return false;
  }
  const auto header = read_header(reader);
  const auto name = header ? reader.text(header->name_size) : std::nullopt;
  if (!name || !reader.skip(header->extra_size)) {
    lower(CoverageReason::kMalformed, "a member's header is cut off");
    return false;
  }
  const std::uint64_t begin = reader.position();
  if (clean_name(*name) != member.name || header->method != member.method) {
    report(FindingCode::kMalformed, "docx.header_mismatch", member.name,
           {local_offset, begin - local_offset});
  }
  if (packed_size > reader.remaining()) {
    lower(CoverageReason::kMalformed, "a member is cut off");
    packed_size = reader.remaining();
  }
  member.packed = {begin, packed_size};
  return true;
}

void ZipPackage::read_without_directory() {
  const std::string_view bytes = layer_.bytes.text();
  members_.clear();
  ByteReader reader(bytes);
  std::size_t at = bytes.find(kLocalSignature);
  while (at != std::string_view::npos && members_.size() < kMembersMax) {
    std::size_t next = at + kLocalSignature.size();
    static_cast<void>(reader.seek(next));
    const auto header = read_header(reader);
    const auto name = header ? reader.text(header->name_size) : std::nullopt;
    if (name && reader.skip(header->extra_size)) {
      ZipMember member;
      member.name = clean_name(*name);
      member.method = header->method;
      member.size = header->size;
      member.encrypted = (header->flags & kEncryptedFlag) != 0;
      // Sizes after the data (flag bit 3) are 0 here: the next header bounds it then.
      std::uint64_t size = std::min<std::uint64_t>(header->packed_size, reader.remaining());
      if (size == 0) {
        const std::size_t end = bytes.find(kLocalSignature, reader.position());
        size = (end == std::string_view::npos ? bytes.size() : end) - reader.position();
      }
      member.packed = {reader.position(), size};
      next = static_cast<std::size_t>(member.packed.end());
      members_.push_back(std::move(member));
    }
    at = next < bytes.size() ? bytes.find(kLocalSignature, next) : std::string_view::npos;
  }
}

void ZipPackage::check_members() {
  std::set<std::string_view> names;
  std::vector<ByteSpan> spans;
  for (const ZipMember& member : members_) {
    if (!names.insert(member.name).second) {
      report(FindingCode::kDuplicateEntry, "docx.duplicate_member", member.name, member.packed);
    }
    if (member.packed.length > 0) spans.push_back(member.packed);
  }
  std::sort(spans.begin(), spans.end(),
            [](const ByteSpan& a, const ByteSpan& b) { return a.offset < b.offset; });
  for (std::size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].offset >= spans[i - 1].end()) continue;
    report(FindingCode::kDecompressionBomb, "docx.overlapping_members", "members share their bytes",
           spans[i]);
    return;
  }
}

std::optional<std::string> ZipPackage::read(const ZipMember& member, Budget& budget) const {
  const std::string_view packed =
      layer_.bytes.text().substr(static_cast<std::size_t>(member.packed.offset),
                                 static_cast<std::size_t>(member.packed.length));
  if (member.encrypted) {
    lower(CoverageReason::kEncrypted, member.name);
    return std::nullopt;
  }
  if (member.method != kStored && member.method != kDeflated) {
    lower(CoverageReason::kUnsupportedKind, "a member is packed in an unknown way");
    return std::nullopt;
  }
  const Limits& limits = budget.limits();
  const std::uint64_t by_ratio =
      std::max<std::uint64_t>(limits.ratio_grace_bytes, packed.size() * limits.ratio_max);
  const std::size_t size_max = std::min({limits.layer_bytes_max, budget.expanded_left(), by_ratio});
  Inflated out;
  if (member.method == kStored) {
    out.bytes = packed.substr(0, size_max);
    out.truncated = packed.size() > size_max;
  } else {
    out = inflate_raw(packed, size_max);
  }
  if (!budget.spend_expanded(out.bytes.size())) out.truncated = true;
  if (out.truncated) {
    lower(CoverageReason::kExpansionLimit, member.name);
    if (size_max == by_ratio) {
      report(FindingCode::kDecompressionBomb, "docx.member_ratio", member.name, member.packed);
    }
  } else if (out.damaged) {
    lower(CoverageReason::kMalformed, member.name + " does not decode");
  } else if (out.bytes.size() != member.size && member.size != 0) {
    report(FindingCode::kMalformed, "docx.size_mismatch", member.name, member.packed);
  }
  if (out.bytes.empty() && (out.truncated || out.damaged)) return std::nullopt;
  return std::move(out.bytes);
}

}  // namespace credence
