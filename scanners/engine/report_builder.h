#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/report.h"
#include "scanners/core/scan_sink.h"

namespace credence {

// The sink of one scan: bounds what a report may hold and keeps the requests for
// decodings until the engine takes them.
class ReportBuilder final : public ScanSink {
 public:
  struct DecodingRequest {
    Decoding decoding;
    ByteSpan span;
  };

  static constexpr std::size_t kNotesMax = 100;
  static constexpr std::size_t kRequestsMax = 64;

  ReportBuilder(Report& report, std::uint32_t findings_max) noexcept
      : report_(report), findings_max_(findings_max) {}

  void add(Finding finding) override;
  void lower_coverage(Coverage coverage, CoverageReason reason, LayerId layer,
                      std::string_view detail) override;
  void request_decoding(Decoding decoding, ByteSpan span) override;

  // The requests since the last call.
  [[nodiscard]] std::vector<DecodingRequest> take_requests();

 private:
  Report& report_;
  std::uint32_t findings_max_;
  std::vector<DecodingRequest> requests_;
};

}  // namespace credence
