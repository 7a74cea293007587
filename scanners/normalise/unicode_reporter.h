#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "scanners/core/chunk.h"
#include "scanners/core/layer.h"
#include "scanners/core/result.h"
#include "scanners/core/scan_sink.h"

namespace credence::normalise {

// Turns observations about one chunk into findings: places them in the layer,
// fills in the chunk's particulars and keeps to `per_code_max` a code.
class UnicodeReporter {
 public:
  UnicodeReporter(const Chunk& chunk, LayerId layer, std::uint32_t per_code_max, ScanSink& sink)
      : chunk_(chunk), layer_(layer), per_code_max_(per_code_max), sink_(sink) {}

  struct Observation {
    FindingCode code;
    ByteSpan span;  // in the chunk's text
    float score;
    std::string_view rule;
    Strength strength = Strength::kWeak;
    std::string_view shown = {};  // evidence; the span's own text when empty
    Decoding decoding = Decoding::kNone;
  };

  void report(const Observation& observation);

 private:
  static constexpr std::size_t kCodes = 8;  // CRD-UNI-001 to -008

  const Chunk& chunk_;
  LayerId layer_;
  std::uint32_t per_code_max_;
  ScanSink& sink_;
  std::array<std::uint32_t, kCodes> reported_{};
};

}  // namespace credence::normalise
