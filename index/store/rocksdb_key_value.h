#pragma once

#include <memory>

#include "index/store/key_value.h"
#include "index/store/rocksdb_store.h"
#include "scanners/core/result.h"

namespace rocksdb {
class Env;
}

namespace credence {

// The bytes of a store on disk. `env` is what RocksDB reaches the disk through:
// null for the system's own; it outlives the result.
[[nodiscard]] Result<std::unique_ptr<KeyValue>> open_rocksdb_key_value(
    const RocksDbOptions& options, rocksdb::Env* env);

}  // namespace credence
