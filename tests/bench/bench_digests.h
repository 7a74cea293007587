#pragma once

#include <cstdint>
#include <string>

#include "provenance/crypto/sha256.h"

namespace credence {

// The digest of the text that is the number's decimal form: client and server of a
// benchmark agree on what is stored without telling each other.
[[nodiscard]] inline Digest bench_digest(std::uint64_t number) {
  return sha256(std::to_string(number));
}

}  // namespace credence
