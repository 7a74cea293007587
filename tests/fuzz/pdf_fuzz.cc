#include "scanners/extract/formats.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto extractor = credence::make_pdf_extractor();
  credence::check_extraction(*extractor, credence::MediaKind::kPdf, data, size);
  return 0;
}
