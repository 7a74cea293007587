#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace credence {

// Where a character reference stands: attribute values leave "&copy=1" alone.
enum class EntityContext { kText, kAttribute };

// Which references exist: all of HTML's, or XML's five (and numbers).
enum class EntitySet { kHtml, kXml };

// Reads the character reference at the start of `text` ("&amp;", "&#x41;") by the
// rules of WHATWG HTML, 13.2.5.72. Appends what it stands for to `out` and returns
// its length; returns 0 and leaves `out` alone where there is none.
[[nodiscard]] std::size_t decode_entity(std::string_view text, EntityContext context, EntitySet set,
                                        std::string& out);

}  // namespace credence
