#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Decodes Ascii85 between its marks, <~ and ~> (PostScript Language Reference, section
// 3.13.3).
void decode_ascii85(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
