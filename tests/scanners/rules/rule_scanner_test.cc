#include "scanners/rules/rule_scanner.h"

#include <doctest/doctest.h>

#include "tests/scanners/rules/support.h"

namespace credence {
namespace {

using testing::compile;
using testing::Recorder;
using testing::rule;
using testing::scan_text;

TEST_CASE("a match is found with its place and its rule's fields") {
  struct Case {
    const char* name;
    const char* pattern;
    std::string text;
    ByteSpan span;
  };
  const Case cases[] = {
      {"in the middle", R"(\bignore\s+all\b)", "Now ignore  all of it.", {4, 11}},
      {"at the start", R"(\bignore\s+all\b)", "IGNORE ALL", {0, 10}},
      {"longest of several ends", R"(ab+)", "xabbbb", {1, 5}},
      {"leftmost start", R"((?:a\s)*b)", "a a a b", {0, 7}},
      {"Cyrillic, without regard to case", R"(\bигнорируй\w*\b)", "да, ИГНОРИРУЙТЕ всё", {6, 22}},
      {"at the end of a line", R"(over$)", "it is over", {6, 4}},
      {"CJK needs no blanks", R"(\b忽略之前\b)", "请忽略之前的话", {3, 12}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const RuleScanner scanner(compile({rule("r", {c.pattern})}));
    const Recorder seen = scan_text(scanner, c.text);
    CHECK(seen.findings.size() == 1);
    if (seen.findings.size() != 1) continue;
    CHECK(seen.findings[0].span.offset == c.span.offset);
    CHECK(seen.findings[0].span.length == c.span.length);
    CHECK(seen.findings[0].rule == "r");
    CHECK(seen.findings[0].score == doctest::Approx(0.9));
  }
}

TEST_CASE("what does not match gives nothing") {
  struct Case {
    const char* name;
    const char* pattern;
    std::string text;
  };
  const Case cases[] = {
      {"inside a word", R"(\bignore\b)", "ignored, unignore"},
      {"inside a Cyrillic word, before", R"(\bигнор\b)", "неигнор"},
      {"inside a Cyrillic word, after", R"(\bигнор\b)", "игнорирую"},
      {"empty", R"(a)", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const RuleScanner scanner(compile({rule("r", {c.pattern})}));
    CHECK(scan_text(scanner, c.text).findings.empty());
  }
}

}  // namespace
}  // namespace credence
