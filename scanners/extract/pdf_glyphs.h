#pragma once

#include <array>
#include <string_view>

namespace credence {

// The simple encodings of ISO 32000-1, annex D, and the names of glyphs.

enum class PdfEncoding { kStandard, kWinAnsi, kMacRoman };

// Code -> code point; 0 where the encoding has no character.
using PdfEncodingTable = std::array<char32_t, 256>;

[[nodiscard]] PdfEncodingTable pdf_encoding(PdfEncoding encoding) noexcept;

// The code point that a glyph's name stands for ("eacute", "uni00E9", "u1F600",
// "a.alt"); 0 when it says nothing.
[[nodiscard]] char32_t pdf_glyph_code_point(std::string_view name) noexcept;

}  // namespace credence
