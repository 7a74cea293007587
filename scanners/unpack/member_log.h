#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "scanners/core/layer.h"
#include "scanners/core/scan_sink.h"

namespace credence {

// Says what is wrong with an archive and its entries' headers. Keeps each
// complaint to as many findings as a person would read; used for one archive.
class MemberLog {
 public:
  MemberLog(const Layer& layer, ScanSink& sink) : layer_(layer), sink_(sink) {}

  // Checks a name by itself and against those checked before. `span` is where it
  // stands in the layer.
  void name(std::string_view name, ByteSpan span);
  void link(std::string_view name, std::string_view target, ByteSpan span);
  void device(std::string_view name, ByteSpan span);

  void find(FindingCode code, float score, ByteSpan span, std::string_view evidence);
  void lower(CoverageReason reason, std::string_view detail);

 private:
  static constexpr std::size_t kPerCodeMax = 20;

  const Layer& layer_;
  ScanSink& sink_;
  std::set<std::string> names_;
  std::multiset<FindingCode> reported_;
};

}  // namespace credence
