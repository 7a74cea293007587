#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Reads digits and signs inside words as the letters they look like ("1gn0r3"), in
// paragraphs where that makes at least two known words, or a long one.
void decode_leet(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                 std::vector<Decoded>& out);

}  // namespace credence::normalise
