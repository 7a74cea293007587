#include "scanners/extract/formats.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto extractor = credence::make_docx_extractor();
  credence::check_extraction(*extractor, credence::MediaKind::kDocx, data, size);
  return 0;
}
