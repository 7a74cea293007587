#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/offset_map.h"
#include "scanners/core/scan_sink.h"
#include "scanners/core/text_view.h"

namespace credence {

// Turns matches of rules that ask for a decoding into requests. One match is an
// accident; two of one decoding close together ask for the lines around them to be
// decoded.
class DecodeRequests {
 public:
  static constexpr std::uint64_t kTogether = 300;        // bytes between two matches' ends
  static constexpr std::uint64_t kWindowMax = 16 << 10;  // bytes asked for at once
  static constexpr std::size_t kRequestsMax = 64;        // of one text

  void clear() noexcept { hits_.clear(); }
  void add(Decoding decoding, std::uint64_t end) { hits_.push_back({decoding, end}); }

  // Asks `sink` for what the matches in `text`, the chunk's canonical text, call
  // for. False when more was called for than is asked.
  [[nodiscard]] bool send(std::string_view text, ScanSink& sink);

 private:
  struct Hit {
    Decoding decoding;
    std::uint64_t end;
  };

  std::vector<Hit> hits_;
};

}  // namespace credence
