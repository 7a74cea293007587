#pragma once

#include <cstdint>
#include <string>

#include "index/record/verdict_record.h"
#include "scanners/core/digest.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"

namespace credence {

// What reading a file gave.
struct FileContent {
  FileIdentity identity;   // as the file was opened
  std::uint64_t size = 0;  // of the file; more than was read when it is over the limit
  bool changed = false;    // its identity differs after the read: the bytes are of no one moment
};

// Reads a regular file into `buffer` (its memory is reused), at most `size_max` bytes.
// Never follows a link in the last part of the path, never waits on a FIFO or device.
// kUnsupported: it is not a regular file. kNotFound, kPermissionDenied, kIo as named.
[[nodiscard]] Result<FileContent> read_file(const std::string& path, std::uint64_t size_max,
                                            PaddedBuffer& buffer);

// SHA-256 of a regular file of any size; errors as read_file().
[[nodiscard]] Result<Digest> hash_file(const std::string& path);

// The identity of a regular file without reading it; errors as read_file().
[[nodiscard]] Result<FileIdentity> file_identity(const std::string& path);

}  // namespace credence
