#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Joins letters that were set apart: "i g n o r e   t h i s", "i.g.n.o.r.e t.h.i.s".
// A gap other than the usual one of the sequence parts words; where all gaps are
// alike, known words tell where one ends. Only sequences that read as words are
// joined; the outcome is their paragraph.
void decode_spaced_out(const MappedText& source, const Candidates& candidates,
                       const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
