#pragma once

#include <cstddef>
#include <vector>

#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Reads source bytes [begin, end) backwards: the whole by code points, or each word
// by itself where its order is kept. Appends the better reading when it reads as
// language, and better than the source does; else both readings of the phrases of which
// that is so, with the text around them as it is. Returns whether it appended.
bool append_reversed(const MappedText& source, std::size_t begin, std::size_t end,
                     const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
