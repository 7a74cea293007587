#include "scanners/rules/lint.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "scanners/rules/self_test.h"
#include "tests/scanners/rules/support.h"

namespace credence {
namespace {

using testing::compile;
using testing::rule;

TEST_CASE("examples that a rule does not live up to are reported") {
  struct Case {
    std::string name;
    std::vector<std::string> match, no_match;
    std::size_t failures;
  };
  const Case cases[] = {
      {"all well", {"ignore all"}, {"ignore some"}, 0},
      {"a match is missed", {"ignore some"}, {}, 1},
      {"a match is lowered",
       {"Prompt injection attacks use phrases like \"ignore all\" for example."},
       {},
       1},
      {"a lowered one is no match",
       {},
       {"Prompt injection attacks use phrases like \"ignore all\" for example."},
       0},
      {"no_match matches", {}, {"ignore all"}, 1},
      {"several", {"x", "y"}, {"ignore all", "ignore all"}, 4},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    RuleSpec spec = rule("r", {"ignore all"});
    spec.source = "file.yaml:9";
    spec.match = c.match;
    spec.no_match = c.no_match;
    const auto failures = test_rules(compile({spec}));
    CHECK(failures.size() == c.failures);
    for (const ExampleFailure& failure : failures) {
      CHECK(failure.rule == "r");
      CHECK(failure.source == "file.yaml:9");
      CHECK(!failure.what.empty());
    }
  }
}

TEST_CASE("examples run in a channel of the rule; asking rules need two matches") {
  RuleSpec hidden = rule("hidden", {"needle"});
  hidden.channels = {Channel::kHidden};
  hidden.match = {"a needle"};
  RuleSpec asks = rule("asks", {R"(\bgur\b)"});
  asks.asks_for = Decoding::kRot13;
  asks.match = {"gur"};
  asks.no_match = {"gur only once", "none"};
  CHECK(test_rules(compile({hidden, asks})).empty());
  asks.match = {"none"};
  asks.no_match = {"gur and gur"};
  CHECK(test_rules(compile({hidden, asks})).size() == 2);
}

TEST_CASE("remarks on patterns that match too much") {
  struct Case {
    std::string name;
    const char* expression;
    bool dot_all;
    bool noted;
  };
  const Case cases[] = {
      {"unbounded dot over lines", "start.*end", true, true},
      {"unbounded dot in a line", "start.*end", false, false},
      {"bounded dot over lines", "start.{0,200}end", true, false},
      {"an escaped dot", R"(start\.*end)", true, false},
      {"any character", R"(start[\s\S]+end)", false, true},
      {"three bytes", "abc", false, true},
      {"four bytes", "abcd", false, false},
      {"two Chinese characters", "忽略", false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    RuleSpec spec = rule("r", {c.expression});
    spec.patterns[0].dot_all = c.dot_all;
    const auto report = lint_rules(*compile({spec}), {});
    REQUIRE(report.ok());
    CHECK(!report->notes.empty() == c.noted);
  }
}

TEST_CASE("a set that is too slow, or one rule too dear, is refused") {
  std::vector<RuleSpec> rules = {rule("cheap", {"needle in a haystack"}),
                                 rule("dear", {R"(\b\w+\s+\w+\s+\w{3,9}ing\b)"})};
  rules[1].family = "other";
  const auto set = compile(rules);
  LintOptions options;
  options.rate_mb_s_min = 0;
  options.share_max = 0.5;
  const auto dear = lint_rules(*set, options);
  REQUIRE(dear.ok());
  CHECK(dear->families.size() == 2);
  REQUIRE(dear->rules.size() == 2);
  CHECK(dear->rules[0].rule == "dear");
  REQUIRE(dear->refusals.size() == 1);
  CHECK(dear->refusals[0].find("rule dear") != std::string::npos);

  options.rate_mb_s_min = 1e9;
  options.share_max = 1;
  const auto slow = lint_rules(*set, options);
  REQUIRE(slow.ok());
  REQUIRE(slow->refusals.size() == 1);
  CHECK(slow->refusals[0].find("MB/s") != std::string::npos);
}

TEST_CASE("the text for measuring is always the same and is clean ASCII") {
  const std::string text = lint_text(10'000);
  CHECK(text.size() == 10'000);
  CHECK(text == lint_text(20'000).substr(0, 10'000));
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
  CHECK(lint_text(0).empty());
}

}  // namespace
}  // namespace credence
