#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  credence::check_extraction(credence::MediaKind::kDocx, data, size);
  return 0;
}
