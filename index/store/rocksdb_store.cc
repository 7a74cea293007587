#include "index/store/rocksdb_store.h"

#include <utility>

#include "index/store/keyed_store.h"
#include "index/store/rocksdb_key_value.h"

namespace credence {

Result<std::unique_ptr<VerdictStore>> open_rocksdb_store(const RocksDbOptions& options) {
  CREDENCE_CHECK(options.digest != nullptr);
  auto base = open_rocksdb_key_value(options, nullptr);
  if (!base) return std::move(base).error();
  return KeyedStore::open(*std::move(base), options.digest, options.read_only);
}

}  // namespace credence
