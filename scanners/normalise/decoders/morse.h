#pragma once

#include <vector>

#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/decoded.h"
#include "scanners/normalise/language_gate.h"
#include "scanners/normalise/text_builder.h"

namespace credence::normalise {

// Reads Morse code (ITU-R M.1677-1) written with dots and hyphens: letters parted by a
// blank, words by a stroke or a wider gap.
void decode_morse(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                  std::vector<Decoded>& out);

}  // namespace credence::normalise
