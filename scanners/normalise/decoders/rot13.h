#pragma once

#include <cstddef>
#include <vector>

#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Appends source bytes [begin, end) with ROT13 undone when that reads as language, and
// better than the source does; else with it undone only in the phrases of which that is
// so. Returns whether it appended.
bool append_rot13(const MappedText& source, std::size_t begin, std::size_t end,
                  const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
