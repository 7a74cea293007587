#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "scanners/core/budget.h"
#include "scanners/core/extractor.h"
#include "scanners/model/weights/weights_file.h"

namespace credence {

// One container of weights.
struct WeightsFormat {
  std::string_view name;  // "safetensors"; names the extractor
  std::uint32_t version = 1;
  std::span<const MediaKind> accepts;
  // Reads the header of a layer of such a kind. Never touches the bytes behind it; every
  // span lies in the layer. Linear in the header (times the logarithm of the tensors).
  WeightsFile (*parse)(const Layer& layer, Budget& budget) = nullptr;
};

// Reports what a header gets wrong and what of it could not be read, and delivers its texts:
// those that are templates of a conversation as prompts with their key as locator, in channel
// kCode and without the turn tokens that every such template has; the rest together, in channel
// kMetadata. Parts in other formats become layers. `format` outlives it.
[[nodiscard]] std::unique_ptr<Extractor> make_weights_extractor(const WeightsFormat& format);

}  // namespace credence
