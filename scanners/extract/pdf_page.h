#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "scanners/core/budget.h"
#include "scanners/extract/split_text.h"

class QPDFObjectHandle;

namespace credence {

struct PdfReaderState;

// The text of one page.
struct PdfPageText {
  SplitText text;             // in drawing order
  std::string alternatives;   // ActualText, Alt and E of marked content
  ByteSpan span;              // around the content streams of the page
  bool is_ocr_layer = false;  // invisible text over an image of the whole page
};

// Reads the content streams of the pages of one document: runs the operators that
// place text (ISO 32000-1, 9) and those that decide whether it can be seen.
// What it does over all pages is bounded. A PdfStreamGuard must outlive it.
class PdfPageReader {
 public:
  PdfPageReader(Budget& budget, std::uint64_t file_size);
  ~PdfPageReader();

  // `resources`, `media_box` and `crop_box` may be inherited ones, or null.
  struct Page {
    const QPDFObjectHandle& dictionary;
    const QPDFObjectHandle& resources;
    const QPDFObjectHandle& media_box;
    const QPDFObjectHandle& crop_box;
  };
  [[nodiscard]] PdfPageText read(const Page& page);

  // True once a limit stopped the reading; later pages give nothing.
  [[nodiscard]] bool limit_reached() const noexcept;

 private:
  std::unique_ptr<PdfReaderState> state_;  // what outlives a page
};

}  // namespace credence
