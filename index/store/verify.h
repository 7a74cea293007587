#pragma once

#include <string>
#include <vector>

#include "index/store/key_value.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

// VerdictStore::verify(). At most a thousand defects are told in full.
[[nodiscard]] Result<std::vector<std::string>> verify_records(const KeyValue& base,
                                                              DigestFunction digest);

}  // namespace credence
