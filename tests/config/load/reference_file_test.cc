#include "config/load/reference_file.h"

#include <string>

#include <doctest/doctest.h>

namespace credence {
namespace {

constexpr std::string_view kSample = R"(framework: sample
aliases: {old: lib}
safe:
  lib: [Thing, Thing.method]
guarded:
  - module: lib
    names: [get]
    calls: [[text, {text: [a, b]}], []]
    states: [[safe, constant]]
    may_be_named: true
    gives: reaches anything
dangerous:
  - modules: [shell, net]
    gives: runs commands
  - module: lib
    names: [load]
    gives: loads files
)";

}  // namespace

TEST_CASE("lists are read as they are written") {
  const auto spec = parse_references(kSample, "sample.yaml");
  REQUIRE(spec.ok());
  CHECK(spec->framework == "sample");
  REQUIRE(spec->safe.size() == 1);
  CHECK(spec->safe[0].names.size() == 2);
  REQUIRE(spec->dangerous.size() == 3);
  CHECK(spec->dangerous[1].module == "net");
  CHECK(spec->dangerous[1].names.empty());
  REQUIRE(spec->guarded.size() == 1);
  const GuardedReference& guard = spec->guarded[0];
  REQUIRE(guard.calls.size() == 2);
  CHECK(guard.calls[0][1] == ArgumentPattern{ArgumentPattern::Kind::kText, {"a", "b"}});
  CHECK(guard.calls[1].empty());
  CHECK(guard.states[0][0].kind == ArgumentPattern::Kind::kSafe);
  CHECK(guard.may_be_named);
}

TEST_CASE("what is wrong is named with its line") {
  struct Row {
    std::string name;
    std::string text;
    std::string message;
  };
  const std::string head = "framework: sample\n";
  const Row kRows[] = {
      {"another framework", "framework: other\n", "sample.yaml:1: the framework is the file's"},
      {"an unknown key", head + "unsafe: []\n", "sample.yaml:2: unknown key `unsafe`"},
      {"a module without names", head + "safe:\n  lib: []\n", "sample.yaml:3: give the names"},
      {"a module twice", head + "safe:\n  lib: [a]\n  lib: [b]\n",
       "sample.yaml:4: the module `lib` stands twice"},
      {"a name twice", head + "safe:\n  lib:\n    - a\n    - a\n",
       "sample.yaml:5: the name `a` stands twice"},
      {"no name of Python", head + "safe:\n  lib: [a-b]\n", "sample.yaml:3: `a-b` is no name"},
      {"an empty part", head + "safe:\n  lib: [a..b]\n", "`a..b` is no name"},
      {"nothing given", head + "dangerous:\n  - module: lib\n", "`gives` is"},
      {"no module", head + "dangerous:\n  - gives: things\n", "either `module` or `modules`"},
      {"an unknown argument",
       head + "guarded:\n  - module: lib\n    names: [a]\n    gives: things\n    calls: [[number, "
              "word]]\n",
       "sample.yaml:6: an argument is any"},
      {"no YAML", head + "safe: [", "sample.yaml:"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const auto spec = parse_references(row.text, "sample.yaml");
    REQUIRE_FALSE(spec.ok());
    CAPTURE(spec.error().message());
    CHECK(spec.error().message().find(row.message) != std::string::npos);
  }
}

}  // namespace credence
