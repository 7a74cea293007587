#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanners/normalise/decoders/stretch.h"
#include "scanners/normalise/language_gate.h"

namespace credence::normalise {

// What a word was before it was disguised.
using UndoWord = std::string (*)(std::string_view word);

// The runs of words in `where` that read as language only once `undo` is applied to each:
// a disguised phrase inside a plain sentence. From first to last of its words, ascending,
// disjoint. Linear.
[[nodiscard]] std::vector<Stretch> disguised_runs(std::string_view text, Stretch where,
                                                  const LanguageGate& gate, UndoWord undo);

}  // namespace credence::normalise
