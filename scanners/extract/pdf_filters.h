#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace credence {

// The decoders of PDF streams (ISO 32000-1, 7.4), each with a bound on its output.

enum class PdfFilter { kFlate, kLzw, kAsciiHex, kAscii85, kRunLength };

struct PdfFilterParameters {
  int predictor = 1;  // 1 none, 2 TIFF, 10..15 PNG
  int colors = 1;
  int bits_per_component = 8;
  int columns = 1;
  bool early_change = true;  // LZW only
};

struct PdfFilterOutput {
  std::string bytes;
  bool truncated = false;  // cut at `size_max`
  bool damaged = false;    // the data ended early or did not decode; `bytes` is what did
};

// Undoes one filter. At most `size_max` bytes are made.
[[nodiscard]] PdfFilterOutput decode_pdf_filter(PdfFilter filter,
                                                const PdfFilterParameters& parameters,
                                                std::string_view data, std::size_t size_max);

}  // namespace credence
