#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/extract/pdf_cmap.h"

class QPDFObjectHandle;

namespace credence {

// What the codes of a font stand for and how far they advance (ISO 32000-1, 9.6
// to 9.10). Glyph outlines are not looked at. Immutable.
class PdfFont {
 public:
  // Reads a font dictionary; anything broken falls back to Latin-1 codes. A
  // PdfStreamGuard must live.
  [[nodiscard]] static std::unique_ptr<PdfFont> load(const QPDFObjectHandle& dictionary);

  struct Glyph {
    std::size_t code_size = 1;  // bytes of the string it took
    double advance = 0;         // in ems
    bool is_word_space = false;
  };

  // Reads the first glyph of `bytes`, which is not empty, and appends its text.
  [[nodiscard]] Glyph read(std::string_view bytes, std::string& text) const;

  // Height of the em square in text space at size 1; 0 when the font does not say
  // (a Type 3 font in units of its own).
  [[nodiscard]] double em() const noexcept { return em_; }

 private:
  struct WidthRange {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    float width = 0;
  };
  enum class Codes { kSingleByte, kTwoByte, kUtf16, kCMap };

  void load_simple(const QPDFObjectHandle& dictionary);
  void load_encoding(const QPDFObjectHandle& encoding);
  void load_widths(const QPDFObjectHandle& dictionary);
  void load_composite(const QPDFObjectHandle& dictionary);
  void load_composite_widths(const QPDFObjectHandle& widths);
  [[nodiscard]] double width_of(std::uint32_t code) const noexcept;

  Codes codes_ = Codes::kSingleByte;
  std::array<char32_t, 256> characters_{};  // simple fonts
  std::vector<float> widths_;               // simple fonts: 256 of them, or none
  std::vector<WidthRange> width_ranges_;    // composite fonts; ascending by low
  float default_width_ = 0.5F;
  double em_ = 1;
  PdfCMap to_unicode_;
  PdfCMap code_map_;
};

}  // namespace credence
