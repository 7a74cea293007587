#pragma once

#include <string>
#include <string_view>

// Ways to write a text so that a model still reads it and a filter may not. Each takes
// ASCII.
namespace credence::sample {

[[nodiscard]] std::string zero_width(std::string_view text);           // U+200B inside words
[[nodiscard]] std::string tag_characters(std::string_view text);       // U+E0000 and up: unseen
[[nodiscard]] std::string variation_selectors(std::string_view text);  // U+E0100 and up: unseen
[[nodiscard]] std::string look_alikes(std::string_view text);          // Cyrillic for Latin letters
[[nodiscard]] std::string display_reversed(std::string_view text);     // backwards, under U+202E
[[nodiscard]] std::string reversed(std::string_view text);
[[nodiscard]] std::string spaced_out(std::string_view text);
[[nodiscard]] std::string leet(std::string_view text);  // digits for letters
[[nodiscard]] std::string rot13(std::string_view text);
[[nodiscard]] std::string base64(std::string_view text);  // RFC 4648, section 4
[[nodiscard]] std::string hex_dump(std::string_view text);
[[nodiscard]] std::string json_escapes(std::string_view text);      // every character; RFC 8259
[[nodiscard]] std::string percent(std::string_view text);           // every byte; RFC 3986
[[nodiscard]] std::string soft_line_breaks(std::string_view text);  // quoted-printable; RFC 2045

}  // namespace credence::sample
