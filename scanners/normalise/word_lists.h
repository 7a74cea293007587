#pragma once

#include <span>
#include <string_view>

namespace credence::normalise {

// Frequent words of the languages in Latin letters, and the words that
// instructions to a language model are made of; lower case, one blank between.
[[nodiscard]] std::span<const std::string_view> word_lists() noexcept;

}  // namespace credence::normalise
