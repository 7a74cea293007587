#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Decodes lists of bytes in hexadecimal: "69 67 6e", "69:67:6e", "0x69, 0x67".
void decode_hex_pairs(const MappedText& source, const Candidates& candidates,
                      const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
