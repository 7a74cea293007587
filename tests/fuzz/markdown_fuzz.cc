#include <cstddef>
#include <cstdint>

#include "tests/fuzz/extract_property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_extraction(MediaKind::kMarkdown, bytes, {});
  check_extraction(MediaKind::kText, bytes, {});
  return 0;
}
