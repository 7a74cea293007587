#include "scanners/rules/detection.h"

#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "tests/scanners/rules/support.h"

namespace credence {
namespace {

using testing::compile;
using testing::rule;
using testing::scan_text;

RuleSpec near_rule(std::string id, std::vector<std::string> patterns, std::string near,
                   std::uint32_t within, bool landmark) {
  RuleSpec spec = rule(std::move(id), std::move(patterns));
  spec.near.push_back({{std::move(near)}, within, landmark});
  return spec;
}

std::vector<RuleSpec> rules(bool landmark) {
  return {
      near_rule("word", {R"(\bab{1,3}\b)"}, R"(\bkey\b)", 5, landmark),
      near_rule("digits", {R"(\b\d{3}-?\d{2}\b)", R"(\b[A-Z]\d{2}\b)"}, "number", 30, landmark),
      near_rule("inside", {"c{2}"}, R"(k[ée]y)", 1, landmark),
      near_rule("not-a-word", {R"(\Bb)"}, "x", 2, landmark),
      near_rule("cyrillic", {R"(\bключ\b)"}, R"(\bkey\b)", 12, landmark),
      near_rule("same-landmark-further", {"a"}, R"(\bkey\b)", 40, landmark),
      rule("anywhere", {R"(\bzz\b)"}),
  };
}

using Found = std::vector<std::tuple<std::string, std::uint64_t, std::uint64_t, float>>;

Found found_in(const RuleScanner& scanner, const std::string& text) {
  Found out;
  for (const Finding& finding : scan_text(scanner, text).findings) {
    out.emplace_back(finding.rule, finding.span.offset, finding.span.length, finding.score);
  }
  return out;
}

// Both find the same in texts of up to `words_max` of `words`, and they do find something.
void check_same(const RuleScanner& plain, const RuleScanner& marked,
                const std::vector<std::string>& words, std::size_t words_max, unsigned seed) {
  std::mt19937 random(seed);
  std::size_t findings = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::string text;
    for (auto left = 1 + random() % words_max; left > 0; --left) {
      text += words[random() % words.size()];
      if (random() % 3 != 0) text += ' ';
    }
    const Found expected = found_in(plain, text);
    findings += expected.size();
    if (found_in(marked, text) != expected) {
      CAPTURE(text);
      CHECK(found_in(marked, text) == expected);
    }
  }
  CHECK(findings > 1'000);
}

TEST_CASE("a landmark changes nothing that is found") {
  const RuleScanner plain(compile(rules(false)));
  const RuleScanner marked(compile(rules(true)));
  const std::vector<std::string> words = {"key",
                                          "kéy",
                                          "number",
                                          "x",
                                          "ab",
                                          "abbb",
                                          "abbbb",
                                          "cc",
                                          "123-45",
                                          "12345",
                                          "A12",
                                          "a",
                                          "b",
                                          "xb",
                                          "zz",
                                          " ",
                                          "\n",
                                          ", ",
                                          "ключ",
                                          "ключи",
                                          "é",
                                          "日本",
                                          "keys",
                                          "0",
                                          "_",
                                          "filler words that match nothing much at all here",
                                          std::string(90, 'q'),
                                          std::string(70, ' ')};
  check_same(plain, marked, words, 24, 7);
}

TEST_CASE("common words change nothing that is found") {
  const auto compiled = [](std::vector<std::string> common) {
    RuleSpec one = rule("one", {R"(\b(?:say|as)\s+that\s+is\b)", "as?is"});
    RuleSpec all = rule("all", {R"(\bthat\b)"});
    one.common_words = common;
    if (!common.empty()) all.common_words = {"that"};
    return compile({one, all});
  };
  const RuleScanner plain(compiled({}));
  const RuleScanner marked(compiled({"as", "that", "is"}));
  const std::vector<std::string> words = {"say", "As", "that", "THAT", "is",   "thats",
                                          "as",  "é",  "日本", " ",    "\n\n", "\x7f"};
  check_same(plain, marked, words, 12, 11);
}

TEST_CASE("a text of nothing but landmarks is scanned once") {
  const RuleScanner plain(compile(rules(false)));
  const RuleScanner marked(compile(rules(true)));
  for (const int count : {1, 2, 3, 30, 1'000, 100'000}) {
    CAPTURE(count);
    std::string text;
    for (int i = 0; i < count; ++i) text += "key ";
    text += "ab";
    const Found found = found_in(marked, text);
    CHECK(found == found_in(plain, text));
    bool word = false;
    for (const auto& each : found) word = word || std::get<0>(each) == "word";
    CHECK(word);
  }
}

TEST_CASE("rules that cannot have their landmark are refused") {
  struct Case {
    std::string name;
    RuleSpec spec;
    std::string says;
  };
  RuleSpec two = near_rule("r", {"abc"}, "key", 10, true);
  two.near.push_back({{"lock"}, 10, true});
  const Case cases[] = {
      {"two", two, "at most one landmark"},
      {"beginning of a line", near_rule("r", {"^abc"}, "key", 10, true), "no ^ or $"},
      {"end of a line", near_rule("r", {"ab|c$"}, "key", 10, true), "no ^ or $"},
      {"end of the text", near_rule("r", {R"(abc\z)"}, "key", 10, true), "no ^ or $"},
      {"no bound", near_rule("r", {"ab+c"}, "key", 10, true), "at most"},
      {"a landmark that does not compile", near_rule("r", {"abc"}, "k(", 10, true), "'k('"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto compiled = RuleSet::compile({c.spec}, {&testing::toy_digest, ""});
    REQUIRE_FALSE(compiled.ok());
    CHECK(compiled.error().message().find(c.says) != std::string::npos);
    CHECK(compiled.error().message().find("rule r") != std::string::npos);
  }
  for (const char* fine : {"[$^]abc", R"(\$abc)", "ab{1,9}c"}) {
    CHECK(RuleSet::compile({near_rule("r", {fine}, "key", 10, true)}, {&testing::toy_digest, ""})
              .ok());
  }
}

TEST_CASE("what was serialised finds the same") {
  const auto list = rules(true);
  const DetectionPlan plan = plan_detection(list).value();
  const Detection compiled = Detection::compile(plan).value();
  const std::string bytes = compiled.serialise();
  const Detection read = Detection::deserialise(plan, bytes).value();
  const PaddedBuffer text = PaddedBuffer::copy_of("a key for 123-45, number, zz");
  const auto ends = [&](const Detection& detection) {
    DetectionScratch scratch;
    CHECK(detection.fit(scratch).ok());
    std::vector<std::uint64_t> out;
    auto on_match = [&](std::uint32_t id, std::uint64_t end) noexcept {
      out.push_back(id * 1'000 + end);
      return true;
    };
    CHECK(detection.scan(text.view(), scratch, on_match).ok());
    return out;
  };
  CHECK(ends(read) == ends(compiled));
  CHECK(ends(read).size() >= 3);
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{100}}) {
    CHECK_FALSE(Detection::deserialise(plan, std::string_view(bytes).substr(0, size)).ok());
  }
  CHECK_FALSE(Detection::deserialise(plan, bytes + "x").ok());
}

}  // namespace
}  // namespace credence
