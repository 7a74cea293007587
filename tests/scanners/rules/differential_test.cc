#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scanners/rules/support.h"

namespace credence {
namespace {

// Small sets of patterns against std::regex, over all strings of a small alphabet up to a
// length (the method of RE2's exhaustive tests). Compared is which rules match.

std::vector<std::string> all_strings(std::string_view alphabet, std::size_t size_max) {
  std::vector<std::string> out = {""};
  for (std::size_t begin = 0, size = 0; size < size_max; ++size) {
    const std::size_t end = out.size();
    for (std::size_t i = begin; i < end; ++i) {
      for (const char c : alphabet) out.push_back(out[i] + c);
    }
    begin = end;
  }
  return out;
}

TEST_CASE("rules agree with another engine on all short strings") {
  struct Case {
    std::string name;
    std::string_view alphabet;
    std::size_t size_max;
    std::vector<std::string> patterns;
  };
  const Case cases[] = {
      {"words", "ab ", 7, {R"(\bab\b)", R"(a\s+b)", R"(\ba{2,3}b?\b)", "ba|ab a", R"(\Bb)"}},
      {"anchors", "ab\n", 7, {"^ab", "a$", "^b*a$", "(?:^|\\s)aa"}},
      {"repeats", "abc", 7, {"ab{1,3}c", "(?:ab|c){2}a", "a[^b]{2}c", "[ab]+c{2}", "a.{0,3}c"}},
      {"upper and lower case", "aAb", 7, {"Ab", "bb+A", "aab"}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::vector<RuleSpec> rules;
    std::vector<std::regex> references;
    for (const std::string& pattern : c.patterns) {
      rules.push_back(testing::rule("r" + std::to_string(rules.size()), {pattern}));
      references.emplace_back(pattern, std::regex::ECMAScript | std::regex::icase);
    }
    const RuleScanner scanner(testing::compile(rules));
    const auto scratch = scanner.make_scratch();
    const Layer layer;
    const Limits limits;
    const SystemClock clock;
    for (const std::string& text : all_strings(c.alphabet, c.size_max)) {
      const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
      const Chunk chunk = Chunk::borrowed(buffer.view());
      const TextView view{buffer.view(), nullptr, Decoding::kNone, 0};
      Budget budget(limits, clock, text.size());
      testing::Recorder seen;
      REQUIRE(scanner.scan({layer, &chunk, std::span(&view, 1)}, budget, *scratch, seen).ok());
      for (std::size_t r = 0; r < rules.size(); ++r) {
        // Hyperscan's $ also matches before a final line break, ECMAScript's does not.
        const bool ends_line = text.ends_with('\n') && c.patterns[r].ends_with('$');
        const bool expected =
            std::regex_search(text, references[r]) ||
            (ends_line && std::regex_search(text.substr(0, text.size() - 1), references[r]));
        if ((seen.of_rule(rules[r].id) != nullptr) != expected) {
          CAPTURE(text);
          CAPTURE(c.patterns[r]);
          CHECK((seen.of_rule(rules[r].id) != nullptr) == expected);
        }
      }
      for (const Finding& finding : seen.findings) {
        if (finding.span.length == 0 || finding.span.end() > text.size()) {
          CAPTURE(text);
          CHECK(finding.span.end() <= text.size());
        }
      }
    }
  }
}

}  // namespace
}  // namespace credence
