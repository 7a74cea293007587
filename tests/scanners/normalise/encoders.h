#pragma once

#include <string>
#include <string_view>

// The tricks that the normaliser undoes, done.
namespace credence::test {

std::string base64(std::string_view text, bool url_safe = false, bool padded = true);
std::string base32(std::string_view text);
std::string ascii85(std::string_view text);
// Of letters and blanks; words parted by `word_gap`.
std::string morse(std::string_view text, std::string_view word_gap);
// `text` with `separator` after every `width` bytes.
std::string grouped(std::string_view text, std::size_t width, std::string_view separator);
std::string utf16le(std::string_view ascii);
// Each byte in hexadecimal, between `before` and `after`.
std::string hex_bytes(std::string_view text, std::string_view before, std::string_view after);
// Each byte in decimal, between `before` and `after`.
std::string decimal_bytes(std::string_view text, std::string_view before, std::string_view after);
// The same in base 2 (eight digits) and 8 (three).
std::string binary_bytes(std::string_view text, std::string_view after);
std::string octal_bytes(std::string_view text, std::string_view before, std::string_view after);
// Letters of words joined by `letter_gap`, words by `word_gap`.
std::string spaced(std::string_view text, std::string_view letter_gap, std::string_view word_gap);
// Each character found in `from` replaced by the code point at its place in `to`.
std::string replaced(std::string_view text, std::string_view from, std::u32string_view to);
// ASCII letters as the 26 code points from `first` (small) and `first_capital`.
std::string alphabet(std::string_view text, char32_t first, char32_t first_capital);
std::string tags(std::string_view text);
std::string variation_selectors(std::string_view text);
// Eight bits a byte, most significant first.
std::string bits(std::string_view text, char32_t zero, char32_t one);
std::string rot13(std::string_view text);
std::string reversed(std::string_view ascii);
// `mark` after every character.
std::string sprinkled(std::string_view text, char32_t mark);

}  // namespace credence::test
