#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/offset_map.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// One entry as the central directory has it. Borrows the archive's bytes.
struct ZipEntry {
  std::string_view name;
  ByteSpan name_span;
  ByteSpan body;  // from the local header to the end of the packed data
  bool encrypted = false;
  bool local_agrees = true;  // the local header exists and has the same name
};

// The parts of a zip file as a whole, which readers that trust one of its two
// indexes do not see.
struct ZipDirectory {
  bool found = false;             // there is an end record with a directory before it
  bool whole = true;              // every entry that the end record counts was read
  std::vector<ZipEntry> entries;  // ascending by place
  bool overlapping = false;       // two entries share packed bytes
  std::vector<ByteSpan> gaps;     // bytes that belong to no entry; with content
  ByteSpan trailing;              // behind the end record
};

// Reads at most `entries_max` entries. Never fails: what cannot be read is left
// out, and `whole` is false. n·log n in the number of entries.
[[nodiscard]] ZipDirectory read_zip_directory(PaddedView bytes, std::uint32_t entries_max);

}  // namespace credence
