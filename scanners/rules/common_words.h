#pragma once

#include <span>
#include <string>
#include <string_view>

namespace credence {

// Hyperscan looks for a literal of each pattern first and tries the rest of it only there.
// It takes the literals that are long and few, not those that are rare, and so wakes a
// pattern at every "with" where "disregard" stands in it too.
//
// `expression` with those of `words` (whole runs of ASCII letters outside classes and
// escapes) written so that they are no literals: each letter becomes a class of it and of
// bytes that UTF-8 does not have. In valid UTF-8 the result matches what `expression` does.
// Of bytes, not of code points: `expression` holds ASCII only.
[[nodiscard]] std::string without_common_words(std::string_view expression,
                                               std::span<const std::string> words);

// Whether `word` is such a run in `expression`.
[[nodiscard]] bool has_word(std::string_view expression, std::string_view word);

}  // namespace credence
