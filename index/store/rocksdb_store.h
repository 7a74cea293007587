#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "index/store/verdict_store.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

struct RocksDbOptions {
  std::filesystem::path path;                   // a directory of the store's own
  bool create_if_missing = true;                // with mode 0700
  bool read_only = false;                       // beside a daemon that has it open; takes no lock
  DigestFunction digest = nullptr;              // of the audit chain; required
  std::uint64_t cache_bytes = 128ULL << 20;     // blocks, indexes and filters in memory
  std::uint64_t memtable_bytes = 128ULL << 20;  // written and not yet in a table file
  std::uint64_t log_bytes_max = 256ULL << 20;   // write-ahead log, read again at start
};

// Opens the store, creating it or bringing its schema up to date where asked.
// kUnavailable: another process has it open, which the message names. kNotFound:
// nothing is there and create_if_missing is false. kUnsupported: a later version
// wrote it.
[[nodiscard]] Result<std::unique_ptr<VerdictStore>> open_rocksdb_store(
    const RocksDbOptions& options);

}  // namespace credence
