#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scanners/core/offset_map.h"

namespace credence {

enum class JsonKind : std::uint8_t {
  kString,
  kTornString,  // without its closing quote
  kScalar,      // a number or a literal
  kObjectBegin,
  kObjectEnd,
  kArrayBegin,
  kArrayEnd,
  kColon,
  kComma,
  kOther,  // no JSON: comments, bare words, single quotes
  kEnd,
};

struct JsonToken {
  JsonKind kind = JsonKind::kEnd;
  std::size_t begin = 0;  // of strings: inside the quotes
  std::size_t end = 0;
  bool escaped = false;  // a string with a backslash in it
};

// Cuts a range of a text into the tokens of RFC 8259, leniently: NaN, Infinity and
// raw control characters in strings pass, and anything else that is no JSON comes
// as kOther. Grammar is the caller's. Borrows the text; one pass.
class JsonTokenizer {
 public:
  JsonTokenizer(std::string_view text, std::size_t begin, std::size_t end) noexcept
      : text_(text.substr(0, end)), at_(begin) {}

  [[nodiscard]] JsonToken next() noexcept;
  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  [[nodiscard]] JsonToken read_string() noexcept;
  [[nodiscard]] JsonToken read_word() noexcept;

  std::string_view text_;
  std::size_t at_;
};

// Reads the escape at the start of `text` (a backslash and more), a surrogate pair
// as one. Appends what it stands for to `out`, U+FFFD for a lone surrogate, and
// returns its length; an unknown escape stands for its second character.
[[nodiscard]] std::size_t decode_json_escape(std::string_view text, std::string& out);

// The inside of a string with its escapes decoded.
[[nodiscard]] std::string decode_json_string(std::string_view raw);

// Calls copy(begin, end) and replace(text, span) for the parts of the string
// `token` of `source`, in order.
template <typename Copy, typename Replace>
void walk_json_string(std::string_view source, const JsonToken& token, Copy copy, Replace replace) {
  if (!token.escaped) {
    copy(token.begin, token.end);
    return;
  }
  const std::string_view text = source.substr(0, token.end);
  std::string decoded;
  for (std::size_t at = token.begin; at < token.end;) {
    const std::size_t found = text.find('\\', at);
    const std::size_t escape = found == std::string_view::npos ? token.end : found;
    copy(at, escape);
    if (escape == token.end) return;
    decoded.clear();
    const std::size_t length = decode_json_escape(text.substr(escape), decoded);
    replace(std::string_view(decoded), ByteSpan{escape, length});
    at = escape + length;
  }
}

}  // namespace credence
