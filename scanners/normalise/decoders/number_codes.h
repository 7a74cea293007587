#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Reads lists of numbers that are codes of characters: "105 103 110", "0151, 0147",
// "01101001 01100111", and unbroken binary digits. A list that holds a number which is no
// character of a text is none: tables and dumps stop at once.
void decode_number_codes(const MappedText& source, const Candidates& candidates,
                         const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
