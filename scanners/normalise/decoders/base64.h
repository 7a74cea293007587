#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Decodes runs of base64 and base32 (RFC 4648, both alphabets of base64, padding or
// not), also wrapped over lines or cut into groups of equal length by single blanks,
// and runs of hexadecimal digits. Text before or after the encoded part of a run ("key_aWdu…")
// is found by trying each phase and keeping the longest text that comes out.
// UTF-16 inside is recoded.
void decode_runs(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                 std::vector<Decoded>& out);

}  // namespace credence::normalise
