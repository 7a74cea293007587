#include "scanners/extract/pdf_font.h"

#include <algorithm>
#include <cmath>

#include "scanners/core/utf8.h"
#include "scanners/extract/pdf_glyphs.h"
#include "scanners/extract/pdf_qpdf.h"
#include "scanners/extract/pdf_streams.h"

namespace credence {
namespace {

constexpr int kWidthsMax = 200'000;

std::string name_of(QPDFObjectHandle value) { return value.isName() ? value.getName() : ""; }

// Widths of the 14 standard fonts in rough classes: enough to tell a gap from none.
float standard_width(unsigned code, bool fixed) noexcept {
  if (fixed) return 0.6F;
  const auto c = static_cast<char>(code);
  constexpr std::string_view kNarrow = " !',./:;I[\\]`fijlt|()-";
  constexpr std::string_view kWide = "@MWmw%";
  if (kNarrow.find(c) != std::string_view::npos) return 0.28F;
  if (kWide.find(c) != std::string_view::npos) return 0.83F;
  return c >= 'A' && c <= 'Z' ? 0.68F : 0.53F;
}

}  // namespace

std::unique_ptr<PdfFont> PdfFont::load(const QPDFObjectHandle& dictionary) {
  auto font = std::make_unique<PdfFont>();
  for (std::size_t code = 0; code < 256; ++code) {
    font->characters_[code] = static_cast<char32_t>(code);
  }
  QPDFObjectHandle handle = dictionary;
  if (!handle.isDictionary()) return font;
  QPDFObjectHandle to_unicode = handle.getKey("/ToUnicode");
  if (to_unicode.isStream()) {
    if (const auto bytes = pdf_stream_bytes(to_unicode)) {
      font->to_unicode_ = PdfCMap::parse(*bytes);
    }
  }
  if (name_of(handle.getKey("/Subtype")) == "/Type0") {
    font->load_composite(handle);
  } else {
    font->load_simple(handle);
  }
  return font;
}

void PdfFont::load_simple(const QPDFObjectHandle& dictionary) {
  QPDFObjectHandle handle = dictionary;
  load_encoding(handle.getKey("/Encoding"));
  load_widths(handle);
  if (name_of(handle.getKey("/Subtype")) != "/Type3") return;
  QPDFObjectHandle matrix = handle.getKey("/FontMatrix");
  QPDFObjectHandle box = handle.getKey("/FontBBox");
  const auto number = [](QPDFObjectHandle array, int i) {
    if (!array.isArray() || array.getArrayNItems() <= i) return 0.0;
    QPDFObjectHandle item = array.getArrayItem(i);
    return item.isNumber() ? item.getNumericValue() : 0.0;
  };
  em_ = std::abs(number(matrix, 3) * (number(box, 3) - number(box, 1)));
  for (float& width : widths_) width *= static_cast<float>(std::abs(number(matrix, 0)) * 1000);
}

void PdfFont::load_encoding(const QPDFObjectHandle& encoding) {
  QPDFObjectHandle handle = encoding;
  const std::string base = name_of(handle.isDictionary() ? handle.getKey("/BaseEncoding") : handle);
  const PdfEncodingTable table =
      pdf_encoding(base == "/MacRomanEncoding"   ? PdfEncoding::kMacRoman
                   : base == "/StandardEncoding" ? PdfEncoding::kStandard
                                                 : PdfEncoding::kWinAnsi);
  for (std::size_t code = 0; code < 256; ++code) {
    if (table[code] != 0) characters_[code] = table[code];
  }
  if (!handle.isDictionary()) return;
  QPDFObjectHandle differences = handle.getKey("/Differences");
  if (!differences.isArray()) return;
  long long code = 0;
  const int count = std::min(differences.getArrayNItems(), 4096);
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle item = differences.getArrayItem(i);
    if (item.isInteger()) {
      code = std::clamp(item.getIntValue(), 0LL, 256LL);
    } else if (item.isName() && code < 256) {
      const char32_t value = pdf_glyph_code_point(std::string_view(item.getName()).substr(1));
      if (value != 0) characters_[static_cast<std::size_t>(code)] = value;
      ++code;
    }
  }
}

void PdfFont::load_widths(const QPDFObjectHandle& dictionary) {
  QPDFObjectHandle handle = dictionary;
  QPDFObjectHandle widths = handle.getKey("/Widths");
  QPDFObjectHandle first = handle.getKey("/FirstChar");
  widths_.assign(256, 0);
  if (!widths.isArray() || !first.isInteger()) {
    const bool fixed = name_of(handle.getKey("/BaseFont")).find("Cour") != std::string::npos;
    for (unsigned code = 0; code < 256; ++code) widths_[code] = standard_width(code, fixed);
    return;
  }
  const long long base = first.getIntValue();
  const int count = std::min(widths.getArrayNItems(), 256);
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle width = widths.getArrayItem(i);
    if (base + i < 0 || base + i > 255 || !width.isNumber()) continue;
    widths_[static_cast<std::size_t>(base + i)] =
        static_cast<float>(width.getNumericValue() / 1000);
  }
}

void PdfFont::load_composite(const QPDFObjectHandle& dictionary) {
  QPDFObjectHandle handle = dictionary;
  codes_ = Codes::kTwoByte;
  QPDFObjectHandle encoding = handle.getKey("/Encoding");
  if (encoding.isStream()) {
    if (const auto bytes = pdf_stream_bytes(encoding)) code_map_ = PdfCMap::parse(*bytes);
    if (code_map_.has_code_space()) codes_ = Codes::kCMap;
  } else if (encoding.isName()) {
    const std::string name = encoding.getName();
    if (name.find("UTF16") != std::string::npos || name.find("UCS2") != std::string::npos) {
      codes_ = Codes::kUtf16;
    }
  }
  default_width_ = 1;
  QPDFObjectHandle descendants = handle.getKey("/DescendantFonts");
  if (!descendants.isArray() || descendants.getArrayNItems() == 0) return;
  QPDFObjectHandle descendant = descendants.getArrayItem(0);
  if (!descendant.isDictionary()) return;
  QPDFObjectHandle width = descendant.getKey("/DW");
  if (width.isNumber()) default_width_ = static_cast<float>(width.getNumericValue() / 1000);
  load_composite_widths(descendant.getKey("/W"));
}

// /W holds "first [w w …]" and "first last w".
void PdfFont::load_composite_widths(const QPDFObjectHandle& widths) {
  QPDFObjectHandle handle = widths;
  if (!handle.isArray()) return;
  const int count = std::min(handle.getArrayNItems(), kWidthsMax);
  const auto code_at = [&](int i) -> std::uint32_t {
    QPDFObjectHandle item = handle.getArrayItem(i);
    return item.isInteger()
               ? static_cast<std::uint32_t>(std::clamp(item.getIntValue(), 0LL, 0x10FFFFLL))
               : 0;
  };
  const auto add = [&](std::uint32_t low, std::uint32_t high, QPDFObjectHandle width) {
    if (!width.isNumber() || width_ranges_.size() >= kWidthsMax) return;
    width_ranges_.push_back({low, high, static_cast<float>(width.getNumericValue() / 1000)});
  };
  for (int i = 0; i + 1 < count;) {
    QPDFObjectHandle second = handle.getArrayItem(i + 1);
    if (second.isArray()) {
      const int items = std::min(second.getArrayNItems(), 65'536);
      for (int k = 0; k < items; ++k) {
        const std::uint32_t code = code_at(i) + static_cast<std::uint32_t>(k);
        add(code, code, second.getArrayItem(k));
      }
      i += 2;
    } else {
      if (i + 2 < count) add(code_at(i), code_at(i + 1), handle.getArrayItem(i + 2));
      i += 3;
    }
  }
  std::stable_sort(width_ranges_.begin(), width_ranges_.end(),
                   [](const WidthRange& a, const WidthRange& b) { return a.low < b.low; });
}

double PdfFont::width_of(std::uint32_t code) const noexcept {
  if (codes_ == Codes::kSingleByte) return code < widths_.size() ? widths_[code] : 0.5F;
  auto it = std::upper_bound(
      width_ranges_.begin(), width_ranges_.end(), code,
      [](std::uint32_t value, const WidthRange& range) { return value < range.low; });
  if (it == width_ranges_.begin()) return default_width_;
  --it;
  return code <= it->high ? it->width : default_width_;
}

PdfFont::Glyph PdfFont::read(std::string_view bytes, std::string& text) const {
  Glyph glyph;
  switch (codes_) {
    case Codes::kSingleByte: break;
    case Codes::kTwoByte:
    case Codes::kUtf16: glyph.code_size = std::min<std::size_t>(2, bytes.size()); break;
    case Codes::kCMap: glyph.code_size = code_map_.code_size(bytes); break;
  }
  std::uint32_t code = 0;
  for (const char c : bytes.substr(0, glyph.code_size)) {
    code = code << 8 | static_cast<unsigned char>(c);
  }
  glyph.advance = width_of(code);
  glyph.is_word_space = glyph.code_size == 1 && code == ' ';
  if (to_unicode_.append_text(code, text)) return glyph;
  char32_t value = codes_ == Codes::kSingleByte ? characters_[code] : code;
  if (codes_ == Codes::kUtf16 && value >= 0xD800 && value < 0xDC00 && bytes.size() >= 4) {
    const char32_t low = static_cast<char32_t>(static_cast<unsigned char>(bytes[2])) << 8 |
                         static_cast<unsigned char>(bytes[3]);
    if (low >= 0xDC00 && low < 0xE000) {
      value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
      glyph.code_size = 4;
    }
  }
  append_utf8(text, value);
  return glyph;
}

}  // namespace credence
