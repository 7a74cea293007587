#pragma once

#include <string_view>

#include "scanners/core/chunk.h"
#include "scanners/normalise/normaliser.h"

namespace credence::test {

// What must hold of the views of any chunk:
// 1. there is a canonical view, and it comes first;
// 2. every view is valid UTF-8 and padded;
// 3. every byte of every view maps into the chunk;
// 4. a letter that was taken over as it is maps to the same letter.
// Returns what does not hold, empty when all does.
std::string_view broken_view_property(const Chunk& chunk, const Normaliser::Views& views);

}  // namespace credence::test
