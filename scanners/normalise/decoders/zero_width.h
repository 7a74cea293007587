#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "scanners/normalise/language_gate.h"

namespace credence::normalise {

// Runs of fewer invisible characters hold no two bytes of anything.
inline constexpr std::size_t kZeroWidthSymbolsMin = 16;

// Reads a run of invisible characters as digits: two kinds of them as bits (seven or
// eight a byte), three as bits with a separator, four as base-4 digits; every
// assignment of digits is tried. Empty when none of the outcomes is text.
[[nodiscard]] std::string decode_zero_width(std::span<const char32_t> run,
                                            const LanguageGate& gate);

}  // namespace credence::normalise
