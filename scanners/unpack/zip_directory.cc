#include "scanners/unpack/zip_directory.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "scanners/core/byte_reader.h"

// PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.16 and 4.5.3.
namespace credence {
namespace {

constexpr std::size_t kEndRecordSize = 22;
constexpr std::size_t kCommentMax = 65'535;
constexpr std::uint32_t kSaturated32 = 0xFFFFFFFF;
constexpr std::size_t kGapsMax = 16;

struct EndRecord {
  std::uint64_t offset = 0;  // of the first end record: zip64's where there is one
  std::uint64_t end = 0;     // past the comment
  std::uint64_t entries = 0;
  std::uint64_t directory_size = 0;
  std::uint64_t directory_offset = 0;
};

std::optional<EndRecord> parse_end_record(std::string_view bytes, std::size_t at) {
  ByteReader reader(bytes);
  if (!reader.seek(at) || !reader.skip(10)) return std::nullopt;
  const auto entries = reader.little<std::uint16_t>();
  const auto size = reader.little<std::uint32_t>();
  const auto offset = reader.little<std::uint32_t>();
  const auto comment = reader.little<std::uint16_t>();
  if (!entries || !size || !offset || !comment || !reader.skip(*comment)) return std::nullopt;
  return EndRecord{at, reader.position(), *entries, *size, *offset};
}

// Replaces what the zip64 end record says better.
void apply_zip64(std::string_view bytes, EndRecord& end) {
  static constexpr std::size_t kLocatorSize = 20;
  ByteReader reader(bytes);
  if (end.offset < kLocatorSize || !reader.seek(end.offset - kLocatorSize) ||
      !reader.starts_with("PK\x06\x07") || !reader.skip(8)) {
    return;
  }
  const auto place = reader.little<std::uint64_t>();
  if (!place || !reader.seek(*place) || !reader.starts_with("PK\x06\x06") || !reader.skip(32)) {
    return;
  }
  const auto entries = reader.little<std::uint64_t>();
  const auto size = reader.little<std::uint64_t>();
  const auto offset = reader.little<std::uint64_t>();
  if (!entries || !size || !offset || *place > end.offset) return;
  end.offset = *place;
  end.entries = *entries;
  end.directory_size = *size;
  end.directory_offset = *offset;
}

// The last end record whose comment fits; readers look for it from the end.
std::optional<EndRecord> find_end_record(std::string_view bytes) {
  if (bytes.size() < kEndRecordSize) return std::nullopt;
  std::size_t at = bytes.size() - kEndRecordSize;
  const std::size_t first = at > 2 * kCommentMax ? at - 2 * kCommentMax : 0;
  while ((at = bytes.rfind("PK\x05\x06", at)) != std::string_view::npos && at >= first) {
    if (auto end = parse_end_record(bytes, at)) {
      apply_zip64(bytes, *end);
      return end;
    }
    if (at-- == 0) break;
  }
  return std::nullopt;
}

struct CentralEntry {
  ZipEntry entry;
  std::uint64_t packed = 0;
  std::uint64_t local = 0;
  std::uint16_t flags = 0;
};

// Takes the saturated fields from the zip64 extra field.
void apply_zip64(std::string_view extra, std::uint32_t unpacked, CentralEntry& entry) {
  ByteReader reader(extra);
  while (const auto id = reader.little<std::uint16_t>()) {
    const auto size = reader.little<std::uint16_t>();
    if (!size) return;
    const auto data = reader.text(*size);
    if (!data) return;
    if (*id != 1) continue;
    ByteReader fields(*data);
    if (unpacked == kSaturated32 && !fields.skip(8)) return;
    if (entry.packed == kSaturated32) {
      entry.packed = fields.little<std::uint64_t>().value_or(kSaturated32);
    }
    if (entry.local == kSaturated32) {
      entry.local = fields.little<std::uint64_t>().value_or(kSaturated32);
    }
    return;
  }
}

std::optional<CentralEntry> read_central_entry(ByteReader& reader) {
  if (!reader.starts_with("PK\x01\x02") || !reader.skip(8)) return std::nullopt;
  const auto flags = reader.little<std::uint16_t>();
  if (!flags || !reader.skip(10)) return std::nullopt;
  const auto packed = reader.little<std::uint32_t>();
  const auto unpacked = reader.little<std::uint32_t>();
  const auto name_size = reader.little<std::uint16_t>();
  const auto extra_size = reader.little<std::uint16_t>();
  const auto comment_size = reader.little<std::uint16_t>();
  if (!comment_size || !reader.skip(8)) return std::nullopt;
  const auto local = reader.little<std::uint32_t>();
  const std::uint64_t name_offset = reader.position();
  const auto name = reader.text(name_size.value_or(0));
  const auto extra = reader.text(extra_size.value_or(0));
  if (!local || !name || !extra || !reader.skip(*comment_size)) return std::nullopt;
  CentralEntry out;
  out.entry.name = *name;
  out.entry.name_span = {name_offset, name->size()};
  out.entry.encrypted = (*flags & 1U) != 0;
  out.packed = *packed;
  out.local = *local;
  out.flags = *flags;
  apply_zip64(*extra, *unpacked, out);
  return out;
}

// Fills in what the local header at `shift` + its offset says. `shift` is not 0
// when bytes were put before the archive after it was made.
void read_local_header(std::string_view bytes, std::uint64_t shift, CentralEntry& central) {
  ZipEntry& entry = central.entry;
  entry.body = {std::min<std::uint64_t>(central.local + shift, bytes.size()), 0};
  entry.local_agrees = false;
  ByteReader reader(bytes);
  if (central.local > bytes.size() || !reader.seek(central.local + shift) ||
      !reader.starts_with("PK\x03\x04") || !reader.skip(26)) {
    return;
  }
  const auto name_size = reader.little<std::uint16_t>();
  const auto extra_size = reader.little<std::uint16_t>();
  if (!name_size || !extra_size) return;
  const auto name = reader.text(*name_size);
  if (!name || !reader.skip(*extra_size) || !reader.skip(central.packed)) return;
  entry.local_agrees = *name == entry.name;
  // A data descriptor has 12 to 24 bytes, the signature "PK\7\8" is optional.
  if ((central.flags & 8U) != 0) {
    const std::size_t size = reader.starts_with("PK\x07\x08") ? 16 : 12;
    static_cast<void>(reader.skip(std::min(size, reader.remaining())));
  }
  entry.body.length = reader.position() - entry.body.offset;
}

// Zero bytes and what is left of a long data descriptor are no content.
bool has_content(std::string_view gap) noexcept {
  return gap.size() > 8 && gap.find_first_not_of('\0') != std::string_view::npos;
}

void find_gaps(std::string_view bytes, std::uint64_t directory, ZipDirectory& out) {
  std::uint64_t covered = 0;
  const auto gap_until = [&](std::uint64_t next) {
    if (next <= covered || out.gaps.size() == kGapsMax) return;
    const ByteSpan gap{covered, next - covered};
    if (has_content(bytes.substr(gap.offset, gap.length))) out.gaps.push_back(gap);
  };
  for (const ZipEntry& entry : out.entries) {
    out.overlapping = out.overlapping || (entry.body.length > 0 && entry.body.offset < covered);
    gap_until(entry.body.offset);
    covered = std::max(covered, entry.body.end());
  }
  gap_until(directory);
}

}  // namespace

ZipDirectory read_zip_directory(PaddedView bytes, std::uint32_t entries_max) {
  ZipDirectory out;
  const std::string_view all = bytes.text();
  const auto end = find_end_record(all);
  if (!end || end->directory_size > end->offset) return out;
  // 1. The directory ends where the end record begins, wherever the latter says
  //    that it starts; the difference is what was put before the archive.
  const std::uint64_t directory = end->offset - end->directory_size;
  const std::uint64_t shift =
      directory >= end->directory_offset ? directory - end->directory_offset : 0;
  out.found = true;
  out.trailing = {end->end, all.size() - end->end};
  // 2. Its entries, each with its local header.
  ByteReader reader(all.substr(0, end->offset));
  static_cast<void>(reader.seek(directory));
  while (out.entries.size() < entries_max) {
    auto central = read_central_entry(reader);
    if (!central) break;
    read_local_header(all, shift, *central);
    out.entries.push_back(central->entry);
  }
  out.whole = out.entries.size() == end->entries;
  // 3. What lies between them.
  std::sort(out.entries.begin(), out.entries.end(),
            [](const ZipEntry& a, const ZipEntry& b) { return a.body.offset < b.body.offset; });
  if (out.whole) find_gaps(all, directory, out);
  return out;
}

}  // namespace credence
