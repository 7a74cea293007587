#include <cstddef>
#include <cstdint>

#include "tests/fuzz/extract_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_extraction(MediaKind::kCsv, bytes, {});
  check_extraction(MediaKind::kTsv, bytes, {});
  check_extraction(MediaKind::kCsv, bytes, {"text", "id"});
  check_extraction(MediaKind::kTsv, bytes, {"text", "id"});
  return 0;
}
