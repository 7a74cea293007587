#pragma once

#include <string>
#include <string_view>

#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/record_blocks.h"
#include "daemon/pipeline/scan_service.h"
#include "index/record/verdict_record.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// None of these fails: what cannot be read has that as its gap. `buffer` is working
// memory, reused from call to call; after it holds the bytes that were scanned.

// Reads and scans one file. One that changed while it was read is tried once more. The
// digest is of the whole file even where only its beginning was scanned, and zero where
// nothing could be read. `identity` is the file's as it was read.
[[nodiscard]] ScanOutcome scan_file(const std::string& path, const RecordOptions& records,
                                    ScanService& service, PaddedBuffer& buffer,
                                    FileIdentity& identity);

// The same for a file that is open; `name` is the last part of its path, or empty.
[[nodiscard]] ScanOutcome scan_open_file(const InputFile& file, std::string_view name,
                                         const RecordOptions& records, ScanService& service,
                                         PaddedBuffer& buffer);

// Scans one block of a file of records. The digest is the file's, and offsets count from
// its beginning; the size is the block's.
[[nodiscard]] ScanOutcome scan_block(const InputFile& file, std::string_view name,
                                     const RecordBlocks& blocks, const RecordBlocks::Block& block,
                                     const RecordOptions& records, ScanService& service,
                                     PaddedBuffer& buffer);

}  // namespace credence
