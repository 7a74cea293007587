#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/cli/cli_fixture.h"

namespace credence {

using Words = std::vector<std::string>;

TEST_CASE("what cannot be meant ends with 2 and says what to do") {
  const Cli cli;
  const TemporaryFolder folder;
  folder.write("rows.jsonl", "{\"text\": \"a\"}\n");
  folder.write("broken.yaml", "stroe: /x\n");
  folder.write("rules/empty.txt", "");
  const std::string rows = folder.at("rows.jsonl");
  const struct {
    std::string name;
    Words words;
    std::string message;
  } cases[] = {
      {"nothing", {}, "Usage: credence COMMAND"},
      {"no such command", {"scna"}, "credence --help lists them"},
      {"scan nothing", {"scan"}, "name a file or a folder"},
      {"scan what is not there", {"scan", folder.at("none")}, "none does not exist"},
      {"empty name", {"scan", ""}, "is a variable not set?"},
      {"empty configuration", {"scan", rows, "--config", ""}, "--config names no file"},
      {"abbreviation", {"scan", rows, "--form", "jsonl"}, "unrecognised option '--form'"},
      {"records eat the path", {"scan", "--records", rows}, "taken as the field of --records"},
      {"ids without records", {"scan", rows, "--id-field", "id"}, "--id-field needs --records"},
      {"whose ids", {"scan", rows, "--records=text", "--collection", "a"}, "needs --id-field"},
      {"no such format", {"scan", rows, "--format", "xml"}, "table, jsonl or sarif, not \"xml\""},
      {"no such level", {"scan", rows, "--fail-on", "allow"}, "warn, quarantine, deny or never"},
      {"no jobs", {"scan", rows, "--jobs", "0"}, "from 1 to 256"},
      {"negative jobs", {"scan", rows, "--jobs=-1"}, "from 1 to 256"},
      {"jobs in words", {"scan", rows, "-j", "many"}, "many"},
      {"no such option", {"scan", rows, "--deep"}, "credence scan --help shows the options"},
      {"option without value", {"scan", rows, "--format"}, "'--format' is missing"},
      {"no configuration", {"scan", rows, "--config", folder.at("none")}, "does it exist?"},
      {"wrong key", {"scan", rows, "--config", folder.at("broken.yaml")}, "unknown key `stroe`"},
      {"ask nothing", {"trust"}, "ask about a FILE"},
      {"trust in a format", {"trust", "--text", "a", "--format", "sarif"}, "table or jsonl"},
      {"trust to a level", {"trust", "--text", "a", "--fail-on", "x"}, "--fail-on must be"},
      {"trust somewhere", {"trust", "--text", "a", "--server", "here"}, "not ADDRESS:PORT"},
      {"rules what", {"rules"}, "rules list, test or lint"},
      {"rules of nowhere", {"rules", "list", "--rules", folder.at("none")}, "cannot be read"},
      {"no rules", {"rules", "list", "--rules", folder.at("rules")}, "the folder holds no rules"},
      {"quarantine what", {"quarantine"}, "quarantine list"},
      {"quarantine whom", {"quarantine", "show", "xyz"}, "needs one digest"},
      {"db what", {"db", "open"}, "db status, db verify or db audit"},
      {"evaluate nothing", {"evaluate"}, "name files of JSON lines"},
      {"evaluate what is not there", {"evaluate", folder.at("none")}, "cannot read"},
      {"evaluate a folder", {"evaluate", folder.path()}, "is a folder"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const ProgramResult result = cli.run(c.words);
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, c.message));
    CHECK(result.out.empty());
  }
}

TEST_CASE("what cannot be reached ends with 4 and says where it was looked for") {
  const Cli cli;
  const TemporaryFolder folder;
  const struct {
    std::string name;
    Words words;
    std::string message;
  } cases[] = {
      {"trust",
       {"trust", "--text", "a", "--server", "unix:" + folder.at("socket")},
       "cannot reach credenced at " + folder.at("socket")},
      {"quarantine",
       {"quarantine", "list", "--server", "unix:" + folder.at("socket")},
       "is it running?"},
      {"no store", {"db", "status", "--store", folder.at("none")}, "--store names another"},
      {"store in a file", {"scan", folder.path(), "--store", "/dev/null/store"}, "/dev/null"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const ProgramResult result = cli.run(c.words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 4);
    CHECK(contains(result.err, c.message));
  }
}

TEST_CASE("help is there for each command, and completion offers what it lists") {
  const Cli cli;
  const ProgramResult help = cli.run({"--help"});
  CHECK(help.exit_code == 0);
  CHECK(cli.run({"help"}).out == help.out);
  CHECK(contains(cli.run({"--version"}).out, "credence "));
  const std::string script = CREDENCE_SOURCE_DIR "/daemon/cli/credence.bash-completion";
  // What bash offers for the last of `words`.
  const auto offers = [&](const std::string& words) {
    return run_program({"/bin/bash", "-c",
                        "PATH=$(dirname \"$1\"):$PATH; . \"$2\"; read -ra COMP_WORDS <<<\"$3\"; "
                        "[[ $3 == *' ' ]] && COMP_WORDS+=(''); "
                        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _credence; "
                        "printf '%s\\n' \"${COMPREPLY[@]}\"",
                        "bash", CREDENCE_PROGRAM, script, words})
        .out;
  };
  for (const std::string command : {"scan", "trust", "rules", "quarantine", "db", "evaluate"}) {
    CAPTURE(command);
    CHECK(contains(help.out, "\n  " + command + " "));
    const ProgramResult own = cli.run({command, "--help"});
    CHECK(own.exit_code == 0);
    CHECK(own.out.rfind("Usage: credence " + command, 0) == 0);
    CHECK(own.err.empty());
    CHECK(cli.run({"help", command}).out == own.out);
    CHECK(contains("\n" + offers("credence "), "\n" + command + "\n"));
    CHECK(contains(offers("credence " + command + " --"), "--config\n"));
  }
  CHECK(offers("credence sc") == "scan\n");
  CHECK(offers("credence scan --fo") == "--format\n");
  CHECK(offers("credence scan --format ") == "table\njsonl\nsarif\n");
  CHECK(offers("credence scan --fail-on q") == "quarantine\n");
  CHECK(offers("credence db v") == "verify\n");
}

}  // namespace credence
