#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/core/result.h"
#include "scanners/rules/hyperscan.h"
#include "scanners/rules/rule_spec.h"

namespace credence {

// The error that names a rule and where it was written.
[[nodiscard]] Error refusal(const RuleSpec& rule, std::string_view why);

// A rule's pattern as Hyperscan is given it.
//
// Hyperscan knows \b only for ASCII letters, and refuses it where classes are
// Unicode's. A pattern with characters beyond ASCII is therefore given without its
// \b, and one at its very start or end is checked on each match by at_word_edge().
struct TranslatedPattern {
  HyperscanPattern hyperscan;
  bool edge_before = false;  // a match must begin at the edge of a word
  bool edge_after = false;   // and end at one
};

// `common_words` are those of the rule: not looked for (common_words.h); none where the
// pattern has characters beyond ASCII.
[[nodiscard]] TranslatedPattern translate(const RulePattern& pattern,
                                          std::span<const std::string> common_words = {});

// A condition's pattern as Hyperscan is given it. Words in it may stand further apart than
// it says: `\s{1,3}` is met by all that a reader of the rendered text takes for a gap
// (blanks, line ends, emphasis of Markdown, what begins the lines of quotations, comments
// and lists). Not so in patterns with characters beyond ASCII, which would grow too large.
[[nodiscard]] HyperscanPattern translate_condition(const RulePattern& pattern);

// Whether a word could begin or end at `offset` of `text`, valid UTF-8: no letter
// or digit on one of the sides, or a script there that puts no blanks between words.
[[nodiscard]] bool at_word_edge(std::string_view text, std::size_t offset) noexcept;

// What \b takes for a part of a word.
[[nodiscard]] constexpr bool is_ascii_word(char c) noexcept { return is_alnum(c) || c == '_'; }

// Past the class that starts at `at` of an expression.
[[nodiscard]] std::size_t skip_class(std::string_view expression, std::size_t at) noexcept;

// Whether the expression has characters beyond ASCII, or escapes for them.
[[nodiscard]] bool is_wide(std::string_view expression) noexcept;

// Whether ^, $ or an escape of their kind stands in `expression`.
[[nodiscard]] bool has_line_edge(std::string_view expression) noexcept;

// Why `pattern` is refused before Hyperscan sees it (it would take minutes and
// gigabytes to compile, or match almost anywhere), or nullopt.
[[nodiscard]] std::optional<std::string> refuse_pattern(const RulePattern& pattern);

}  // namespace credence
