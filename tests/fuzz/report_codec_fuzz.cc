// Reports from a worker that may be compromised: whatever decodes keeps its spans
// inside its layers, and encodes and decodes again to the same bytes.
#include <cstdint>
#include <string_view>

#include "daemon/sandbox/report_codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const auto report = decode_report({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  for (const Finding& finding : report->findings) {
    const std::uint64_t layer_size =
        report->layers.empty() ? report->size : report->layers.at(finding.layer).size;
    CREDENCE_CHECK(finding.span.offset <= layer_size);
    CREDENCE_CHECK(finding.span.length <= layer_size - finding.span.offset);
    CREDENCE_CHECK(finding.score >= 0 && finding.score <= 1);
  }
  for (const ChunkRecord& chunk : report->chunks) {
    for (const std::uint32_t i : chunk.findings) CREDENCE_CHECK(i < report->findings.size());
  }
  const std::string bytes = encode_report(*report);
  const auto again = decode_report(bytes);
  CREDENCE_CHECK(again.ok());
  CREDENCE_CHECK(encode_report(*again) == bytes);
  return 0;
}
