#pragma once

#include <string>

#include "daemon/pipeline/scan_service.h"
#include "index/record/verdict_record.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// Reads and scans one file. Never fails: a file that cannot be read, or that changed
// while it was read (after one more try), has that as its gap. The digest is of the whole
// file even where only its beginning was scanned, and zero where nothing could be read.
// `buffer` is working memory, reused from call to call; `identity` is the file's as it
// was read.
[[nodiscard]] ScanOutcome scan_file(const std::string& path, const RecordOptions& records,
                                    ScanService& service, PaddedBuffer& buffer,
                                    FileIdentity& identity);

}  // namespace credence
