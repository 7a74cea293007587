#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace credence {

// The texts of protocol 0, as Python reads them.

// The argument of STRING: a literal in quotes with the escapes of Python's bytes; nullopt
// where it has no quotes. Escapes that are none stand for themselves.
[[nodiscard]] std::optional<std::string> decode_quoted(std::string_view line);

// The argument of UNICODE: \uXXXX and \UXXXXXXXX are characters (codec raw-unicode-escape).
// UTF-8 out; other bytes stay as they are.
[[nodiscard]] std::string decode_raw_unicode(std::string_view line);

// What stands between the quotes of `line`; nullopt where it has none.
[[nodiscard]] std::optional<std::string_view> unquoted(std::string_view line) noexcept;

}  // namespace credence
