#pragma once

#include <memory>
#include <vector>

#include "scanners/core/extractor.h"

// This room turns the bytes of a document into the text that some loader would
// hand to a model: the union of what loaders see, each piece with the channel it
// stands in and a map back to the bytes.
namespace credence {

// Every extractor of this room, one for a kind.
[[nodiscard]] std::vector<std::unique_ptr<Extractor>> builtin_extractors();

}  // namespace credence
