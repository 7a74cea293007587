#include "scanners/model/gguf/gguf.h"

#include <array>

#include "scanners/model/gguf/gguf_reader.h"

namespace credence {
namespace {

constexpr std::array kKinds = {MediaKind::kGguf};

}  // namespace

WeightsFile parse_gguf(const Layer& layer, Budget& budget) {
  WeightsFile file;
  GgufReader(layer, budget, file).read();
  return file;
}

const WeightsFormat& gguf_format() noexcept {
  static constexpr WeightsFormat kFormat{"gguf", 1, kKinds, parse_gguf};
  return kFormat;
}

}  // namespace credence
