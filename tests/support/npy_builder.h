#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// Magic, version, length and header of a .npy, and `data`. The header is padded as numpy does.
[[nodiscard]] inline std::string npy(std::string_view header, std::string_view data,
                                     std::uint8_t major = 1) {
  std::string text(header);
  const std::size_t prefix = major == 1 ? 10 : 12;
  while ((prefix + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  std::string out = "\x93NUMPY";
  out += static_cast<char>(major);
  out += '\0';
  for (std::size_t i = 0; i < prefix - 8; ++i) out += static_cast<char>(text.size() >> (8 * i));
  return out.append(text).append(data);
}

// The header of an array; `type` with its quotes.
[[nodiscard]] inline std::string npy_header(std::string_view type, std::string_view shape) {
  std::string out = "{'descr': ";
  return out.append(type).append(", 'fortran_order': False, 'shape': ").append(shape).append(", }");
}

}  // namespace credence
