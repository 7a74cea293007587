#include "scanners/rules/pattern.h"

#include <string>

#include <doctest/doctest.h>

namespace credence {
namespace {

TEST_CASE("what Hyperscan is given of a pattern") {
  struct Case {
    std::string name;
    const char* expression;
    const char* given;
    bool utf8, unicode_classes, edge_before, edge_after;
  };
  const Case cases[] = {
      {"ASCII stays", R"(\bignore\b)", R"(\bignore\b)", false, false, false, false},
      {"beyond ASCII loses its edges", R"(\bолд\b)", "олд", true, false, true, true},
      {"only before", R"(\bолд\w*)", R"(олд\w*)", true, true, true, false},
      {"inside a group", R"((?:\bа|\bб)\b)", R"((?:а|б))", true, false, true, true},
      {"an edge in the middle is dropped", R"(а\b б)", "а б", true, false, false, false},
      {"a backspace in a class stays", R"(é[\b])", R"(é[\b])", true, false, false, false},
      {"a property is beyond ASCII", R"(\p{L}x)", R"(\p{L}x)", true, false, false, false},
      {"so is a wide escape", R"(\x{200b}x)", R"(\x{200b}x)", true, false, false, false},
      {"a byte escape is not", R"(\x20x)", R"(\x20x)", false, false, false, false},
      {"an escaped backslash before p is not", R"(\\p)", R"(\\p)", false, false, false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const TranslatedPattern translated = translate({c.expression});
    CHECK(translated.hyperscan.expression == c.given);
    CHECK(translated.hyperscan.utf8 == c.utf8);
    CHECK(translated.hyperscan.unicode_classes == c.unicode_classes);
    CHECK(translated.edge_before == c.edge_before);
    CHECK(translated.edge_after == c.edge_after);
  }
}

TEST_CASE("common words are no literals") {
  struct Case {
    std::string name;
    std::string expression, given;
  };
  const std::string a = "[a\\xf8-\\xff]";
  const std::string s = "[s\\xf8-\\xff]";
  const Case cases[] = {
      {"a word", "as if", a + s + " if"},
      {"part of another word", "ask has", "ask has"},
      {"after an edge", "\\bas\\b", "\\b" + a + s + "\\b"},
      {"its last letter repeated", "as?", a + s + "?"},
      {"in a class", "[as]as", "[as]" + a + s},
      {"in a class with brackets", "[]as\\]]as", "[]as\\]]" + a + s},
      {"another case", "As", "As"},
      {"beside digits", "x1as2", "x1" + a + s + "2"},
      {"after a byte escape", "\\x61as", "\\x61" + a + s},
      {"after the letters of a group", "(?s)as(?:as)", "(?s)" + a + s + "(?:" + a + s + ")"},
      {"an escape that ends the pattern", "as\\", a + s + "\\"},
      {"an open group", "(?as", "(?as"},
      {"an open class", "[as", "[as"},
      {"an open escape", "\\x{as", "\\x{as"},
      {"beyond ASCII", "as д", "as д"},
  };
  const std::string words[] = {"as"};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(translate({c.expression}, words).hyperscan.expression == c.given);
    CHECK(translate({c.expression}).hyperscan.expression == c.expression);
  }
}

TEST_CASE("the edges of words") {
  struct Case {
    std::string name;
    const char* text;
    std::size_t offset;
    bool edge;
  };
  const Case cases[] = {
      {"start", "да", 0, true},
      {"end", "да", 4, true},
      {"inside Cyrillic", "да", 2, false},
      {"before a blank", "да нет", 4, true},
      {"after a blank", "да нет", 5, true},
      {"Latin to Cyrillic", "xд", 1, false},
      {"inside Chinese", "忽略", 3, true},
      {"Korean particles join", "지시를", 3, false},
      {"before a guillemet", "да»", 4, true},
      {"before an Arabic comma", "لا،", 4, true},
      {"before a danda", "हाँ।", 9, true},
      {"before an ideographic stop", "x。", 1, true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(at_word_edge(c.text, c.offset) == c.edge);
  }
}

TEST_CASE("patterns that are refused, and their twins that are not") {
  struct Case {
    std::string name;
    std::string expression;
    bool refused;
  };
  const Case cases[] = {
      {"empty", "", true},
      {"one byte", "a", false},
      {"longest", std::string(15'000, 'a'), false},
      {"too long", std::string(15'001, 'a'), true},
      {"NUL", std::string("a\0b", 3), true},
      {"repeat at the bound", "a{0,1000}b", false},
      {"repeat above the bound", "a{0,1001}b", true},
      {"exact repeat above the bound", "a{1001}b", true},
      {"open repeat above the bound", "a{1001,}b", true},
      {"nested at the bound", "(?:a{0,20}b){0,1000}c", false},
      {"nested above the bound", "(?:a{0,21}b){0,1000}c", true},
      {"nested thrice", "(?:(?:a{0,50}b){0,50}c){0,50}d", true},
      {"side by side", "a{0,900}b{0,900}c{0,900}", false},
      {"braces in a class are none", "[{1001}]a", false},
      {"escaped braces are none", R"(a\{1001\})", false},
      {"no number", "a{b}", false},
      {"overflowing number", "a{99999999999999999999}", true},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(refuse_pattern({c.expression}).has_value() == c.refused);
  }
}

}  // namespace
}  // namespace credence
