#include "config/load/rule_file.h"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/temporary_folder.h"

namespace credence {
namespace {

// A good file in which one line of the rule can be replaced or added.
std::string file_with(const std::string& rule_lines, const std::string& head = "") {
  return "family: override\n"
         "code: CRD-INJ-001\n"
         "languages: [en]\n"
         "atlas: AML.T0051.001\n"
         "owasp: \"LLM01:2025\"\n"
         "stride: TE\n" +
         head +
         "rules:\n"
         "  - id: override-ignore\n"
         "    title: Tells the reader to ignore\n" +
         rule_lines;
}

const std::string kExamples =
    "    match: ['Ignore all.', 'ignore  all']\n"
    "    no_match: ['Read all.', 'ignored']\n";
const std::string kPattern = "    pattern: '\\bignore\\s+all\\b'\n";

TEST_CASE("a rule has what its file says") {
  const auto rules =
      parse_rules(file_with("    patterns: ['{{verb}}\\s+all', 'skip']\n"
                            "    common_words: [all, please]\n"
                            "    flags: ms\n"
                            "    severity: low\n"
                            "    strength: weak\n"
                            "    score: 0.25\n"
                            "    near:\n"
                            "      - pattern: '\\bmodel\\b'\n"
                            "        within: 120\n"
                            "        landmark: true\n"
                            "    not_near:\n"
                            "      - pattern: 'For'\n"
                            "        flags: c\n"
                            "    channels: [hidden, alt_text]\n"
                            "    count: 2\n"
                            "    discussion: keep\n"
                            "    redact: true\n"
                            "    stride: I\n" +
                                kExamples,
                            "macros:\n  drop: 'ignore|skip'\n  verb: '(?:please\\s+)?{{drop}}'\n"),
                  "override_intl.yaml");
  REQUIRE(rules.ok());
  REQUIRE(rules->size() == 1);
  const RuleSpec& rule = rules->front();
  CHECK(rule.id == "override-ignore");
  CHECK(rule.title == "Tells the reader to ignore");
  CHECK(rule.family == "override");
  CHECK(rule.source == "override_intl.yaml:11");
  CHECK(rule.code == FindingCode::kInstructionOverride);
  CHECK(rule.severity == Severity::kLow);
  CHECK(rule.strength == Strength::kWeak);
  CHECK(rule.score == doctest::Approx(0.25));
  CHECK(rule.languages == std::vector<std::string>{"en"});
  REQUIRE(rule.patterns.size() == 2);
  CHECK(rule.patterns[0].expression == "(?:(?:please\\s+)?(?:ignore|skip))\\s+all");
  CHECK(rule.patterns[0].caseless);
  CHECK(rule.patterns[0].dot_all);
  CHECK(rule.patterns[0].multi_line);
  CHECK(rule.common_words == std::vector<std::string>{"all", "please"});
  REQUIRE(rule.near.size() == 1);
  CHECK(rule.near[0].within == 120);
  CHECK(rule.near[0].landmark);
  REQUIRE(rule.not_near.size() == 1);
  CHECK(rule.not_near[0].within == 200);
  CHECK(!rule.not_near[0].pattern.caseless);
  CHECK(rule.channels == std::vector<Channel>{Channel::kHidden, Channel::kAltText});
  CHECK(rule.count_min == 2);
  CHECK(!rule.discussion_lowers);
  CHECK(rule.redact);
  CHECK(rule.atlas == "AML.T0051.001");
  CHECK(rule.owasp == "LLM01:2025");
  CHECK(rule.stride == "I");
  CHECK(rule.match.size() == 2);
  CHECK(rule.no_match.size() == 2);
}

TEST_CASE("what is not said has its default") {
  const auto rules = parse_rules(file_with(kPattern + kExamples), "override.yaml");
  REQUIRE(rules.ok());
  const RuleSpec& rule = rules->front();
  CHECK(rule.severity == Severity::kHigh);  // the code's
  CHECK(rule.strength == Strength::kStrong);
  CHECK(rule.patterns[0].caseless);
  CHECK(!rule.patterns[0].dot_all);
  CHECK(rule.discussion_lowers);
  CHECK(!rule.redact);
  CHECK(rule.asks_for == Decoding::kNone);
  CHECK(rule.common_words.empty());
  CHECK(rule.channels.empty());
  CHECK(rule.count_min == 1);
}

TEST_CASE("a wrong file is refused at its line") {
  struct Case {
    std::string name;
    std::string text;
    std::string said;  // begins the message
    std::string about;
  };
  const std::string good = kPattern + kExamples;
  const Case cases[] = {
      {"not YAML", "family: [override\n", "override.yaml:", ""},
      {"empty", "", "override.yaml", "key: value"},
      {"a list", "- a\n", "override.yaml:1: ", "key: value"},
      {"unknown key of the file", "famly: override\n", "override.yaml:1: ", "unknown key `famly`"},
      {"family of another file", "family: other\nrules: [x]\n", "override.yaml:1: ", "override"},
      {"no rules", "family: override\n", "override.yaml:1: ", "`rules`"},
      {"no code", "family: override\nrules:\n  - id: a\n    title: b\n",
       "override.yaml:3: ", "`code`"},
      {"unknown key of a rule", file_with(good + "    sevrity: high\n"),
       "override.yaml:13: ", "unknown key `sevrity`"},
      {"a key twice", file_with(good + kPattern), "override.yaml:13: ", "twice"},
      {"no pattern", file_with(kExamples), "override.yaml:8: ", "`pattern`"},
      {"both kinds of pattern", file_with(good + "    patterns: [a]\n"),
       "override.yaml:8: ", "`pattern`"},
      {"no examples", file_with(kPattern), "override.yaml:8: ", "two examples"},
      {"one example", file_with(kPattern + "    match: [a]\n    no_match: [a, b]\n"),
       "override.yaml:11: ", "two examples"},
      {"one counter-example", file_with(kPattern + "    match: [a, b]\n    no_match: [b]\n"),
       "override.yaml:12: ", "two examples"},
      {"severity", file_with(good + "    severity: dire\n"), "override.yaml:13: ", "medium"},
      {"strength", file_with(good + "    strength: very\n"), "override.yaml:13: ", "weak"},
      {"score above one", file_with(good + "    score: 1.01\n"), "override.yaml:13: ", "0 to 1"},
      {"score in words", file_with(good + "    score: high\n"), "override.yaml:13: ", "0 to 1"},
      {"score not a number", file_with(good + "    score: nan\n"), "override.yaml:13: ", "0 to 1"},
      {"code", file_with(good + "    code: CRD-INJ-999\n"), "override.yaml:13: ", "findings.def"},
      {"flags", file_with(good + "    flags: x\n"), "override.yaml:13: ", "i c s m"},
      {"contradicting flags", file_with(good + "    flags: ic\n"), "override.yaml:13: ", "exclude"},
      {"channel", file_with(good + "    channels: [seen]\n"), "override.yaml:13: ", "`seen`"},
      {"count of none", file_with(good + "    count: 0\n"), "override.yaml:13: ", "1 to"},
      {"count too high", file_with(good + "    count: 65\n"), "override.yaml:13: ", "1 to 64"},
      {"discussion", file_with(good + "    discussion: no\n"), "override.yaml:13: ", "keep"},
      {"redact", file_with(good + "    redact: yes\n"), "override.yaml:13: ", "true or false"},
      {"decoding", file_with(good + "    asks_for: base64\n"), "override.yaml:13: ", "rot13"},
      {"stride", file_with(good + "    stride: X\n"), "override.yaml:13: ", "STRIDE"},
      {"id", "family: override\ncode: CRD-INJ-001\nrules:\n  - id: Bad_Id\n    title: b\n",
       "override.yaml:4: ", "lower-case"},
      {"near is no list", file_with(good + "    near: x\n"), "override.yaml:13: ", "list"},
      {"near without pattern", file_with(good + "    near:\n      - within: 5\n"),
       "override.yaml:14: ", "`pattern`"},
      {"near too far", file_with(good + "    near:\n      - pattern: a\n        within: 5000\n"),
       "override.yaml:15: ", "4096"},
      {"unknown macro", file_with("    pattern: '{{verb}}'\n" + kExamples),
       "override.yaml:10: ", "no macro is called `verb`"},
      {"macro without end", file_with("    pattern: '{{verb'\n" + kExamples),
       "override.yaml:10: ", "}}"},
      {"macro before its definition", file_with(good, "macros:\n  a: '{{b}}'\n  b: x\n"),
       "override.yaml:8: ", "above its use"},
      {"macro twice", file_with(good, "macros:\n  a: x\n  a: y\n"), "override.yaml:9: ", "twice"},
      {"pattern too long", file_with("    pattern: '" + std::string(15'001, 'a') + "'\n"),
       "override.yaml:10: ", "longer"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto rules = parse_rules(c.text, "override.yaml");
    CHECK(!rules.ok());
    if (rules.ok()) continue;
    CAPTURE(rules.error().message());
    CHECK(rules.error().message().starts_with(c.said));
    CHECK(rules.error().message().find(c.about) != std::string::npos);
  }
}

TEST_CASE("macros cannot grow without bound") {
  std::string macros = "macros:\n  m0: '" + std::string(100, 'a') + "'\n";
  for (int i = 1; i < 30; ++i) {
    const std::string use = "{{m" + std::to_string(i - 1) + "}}";
    macros += "  m" + std::to_string(i) + ": '" + use + use + "'\n";
  }
  const auto rules = parse_rules(file_with(kPattern + kExamples, macros), "override.yaml");
  REQUIRE(!rules.ok());
  CHECK(rules.error().message().find("split it") != std::string::npos);
}

TEST_CASE("nesting beyond reason is refused") {
  const auto rules = parse_rules(std::string(100'000, '['), "override.yaml");
  CHECK(!rules.ok());
}

std::string named(std::string text, const std::string& id) {
  return text.replace(text.find("override-ignore"), 15, id);
}

TEST_CASE("a directory gives the rules of its YAML files by name") {
  const TemporaryFolder directory;
  const std::string good = file_with(kPattern + kExamples);
  directory.write("override_intl.yaml", named(good, "second"));
  directory.write("override.yaml", named(good, "first"));
  directory.write("README.md", "not rules");
  std::filesystem::create_directory(directory.path() + "/deeper");
  const auto rules = load_rule_directory(directory.path());
  REQUIRE(rules.ok());
  REQUIRE(rules->size() == 2);
  CHECK((*rules)[0].id == "first");
  CHECK((*rules)[1].id == "second");

  directory.write("zbroken.yaml", "family: x\n");
  const auto broken = load_rule_directory(directory.path());
  REQUIRE(!broken.ok());
  CHECK(broken.error().message().find("zbroken.yaml") != std::string::npos);
}

TEST_CASE("what cannot be read is an error") {
  const TemporaryFolder directory;
  CHECK(load_rule_directory(directory.path() + "/none").error().code() == ErrorCode::kNotFound);
  CHECK(load_rule_file(directory.path() + "/none.yaml").error().code() == ErrorCode::kNotFound);
  CHECK(load_rule_file(directory.path()).error().code() == ErrorCode::kNotFound);
  directory.write("big.yaml", std::string((1 << 20) + 1, '#'));
  const auto big = load_rule_file(directory.path() + "/big.yaml");
  REQUIRE(!big.ok());
  CHECK(big.error().message().find("at most") != std::string::npos);
}

}  // namespace
}  // namespace credence
