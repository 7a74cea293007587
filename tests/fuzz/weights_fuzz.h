#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scanners/core/result.h"
#include "tests/scanners/model/parsed_weights.h"

namespace credence {

// What must hold for any bytes: reading does not fail, spans lie inside, and a second run agrees;
// the same where the bytes are only the beginning of a file.
inline void check_weights(const WeightsFormat& format, const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const ParsedWeights first(format, bytes);
  CREDENCE_CHECK(first.ok && first.inside);
  const ParsedWeights second(format, bytes);
  CREDENCE_CHECK(first.summary() == second.summary() && first.texts.size() == second.texts.size());
  const ParsedWeights beginning(format, bytes, std::uint64_t{1} << 40);
  CREDENCE_CHECK(beginning.ok && beginning.inside);
}

}  // namespace credence
