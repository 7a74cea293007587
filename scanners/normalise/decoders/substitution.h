#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Encodings in which parts of a text are replaced where they stand. Each outcome is
// the whole paragraph, decoded, so that phrases stay whole.
//
// An outcome is readable when decoding brought words, letters of another script or
// brackets (of tags and control tokens) to light; quotes and blanks alone do not.

void decode_percent(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out);
void decode_entities(const MappedText& source, const Candidates& candidates,
                     const LanguageGate& gate, std::vector<Decoded>& out);
void decode_quoted_printable(const MappedText& source, const Candidates& candidates,
                             const LanguageGate& gate, std::vector<Decoded>& out);
// \x69, \u0069, \u{69}, \U00000069.
void decode_escapes(const MappedText& source, const Candidates& candidates,
                    const LanguageGate& gate, std::vector<Decoded>& out);

}  // namespace credence::normalise
