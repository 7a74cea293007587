#pragma once

#include <span>
#include <string_view>

namespace credence::normalise {

// Frequent words of English, of the other languages in Latin letters, and the words
// that instructions to a language model are made of; lower case, one blank between.
[[nodiscard]] std::span<const std::string_view> english_word_lists() noexcept;
[[nodiscard]] std::span<const std::string_view> other_word_lists() noexcept;

}  // namespace credence::normalise
