#pragma once

#include <memory>

#include "index/store/key_value.h"
#include "index/store/verdict_store.h"
#include "scanners/core/digest.h"

namespace credence {

// A store that ends with the process: for tests, and for a scan that is to leave
// nothing behind. Behaves as the one on disk does.
[[nodiscard]] std::unique_ptr<VerdictStore> make_memory_store(DigestFunction digest);

[[nodiscard]] std::unique_ptr<KeyValue> make_memory_key_value();

}  // namespace credence
