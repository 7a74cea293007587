#pragma once

#include <cstddef>
#include <string_view>

namespace credence::normalise {

struct HtmlEntity {
  std::size_t length = 0;  // bytes read; 0 when no entity stands here
  char32_t value = 0;
};

// Reads the character reference that begins at `text[0]`, an ampersand: decimal and
// hexadecimal ones, whose semicolon may be missing (HTML, section 13.2.5.80), and
// the common named ones.
[[nodiscard]] HtmlEntity read_html_entity(std::string_view text) noexcept;

}  // namespace credence::normalise
