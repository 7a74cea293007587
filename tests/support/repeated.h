#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace credence {

// `unit`, `count` times.
[[nodiscard]] inline std::string repeated(std::string_view unit, std::size_t count) {
  std::string out;
  out.reserve(unit.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += unit;
  return out;
}

}  // namespace credence
