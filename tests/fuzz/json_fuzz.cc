#include <cstddef>
#include <cstdint>

#include "tests/fuzz/extract_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_extraction(MediaKind::kJson, bytes, {});
  check_extraction(MediaKind::kJsonl, bytes, {});
  check_extraction(MediaKind::kJson, bytes, {"text", "id"});
  check_extraction(MediaKind::kJsonl, bytes, {"text", "id"});
  return 0;
}
