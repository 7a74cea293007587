#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/daemon/cli/cli_fixture.h"

namespace credence {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the exit code tells what was found and what could not be examined") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string clean = folder.write("clean.md", benign());
  const std::string bad = folder.write("bad.md", poison());
  const std::string picture = folder.write("a.png", "\x89PNG\r\n\x1a\n....");
  const std::string none = folder.at("none");
  const struct {
    std::string name;
    Words words;
    int exit_code;
  } cases[] = {
      {"clean", {clean}, 0},
      {"found", {bad}, 1},
      {"found beside clean", {clean, bad}, 1},
      {"not examined", {picture}, 3},
      {"found beside not examined", {picture, bad}, 1},
      {"missing beside clean", {clean, none}, 3},
      {"missing beside found", {bad, none}, 1},
      {"only missing", {none}, 2},
      {"malicious fails on deny", {bad, "--fail-on", "deny"}, 1},
      {"malicious fails on warn", {bad, "--fail-on", "warn"}, 1},
      {"malicious and never", {bad, "--fail-on", "never"}, 0},
      {"never hides no gap", {bad, picture, "--fail-on", "never"}, 3},
      {"a gap is no finding", {picture, "--fail-on", "warn"}, 3},
  };
  for (const auto& c : cases) {
    for (const std::string format : {"table", "jsonl", "sarif"}) {
      CAPTURE(c.name);
      CAPTURE(format);
      Words words = c.words;
      words.insert(words.begin(), "scan");
      words.insert(words.end(), {"--format", format});
      CHECK(cli.run(words).exit_code == c.exit_code);
    }
  }
}

TEST_CASE("--fail-on is the disposition from which a finding counts") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.md", poison());
  const std::string mild = folder.write("mild.md", doubtful());
  // What a malicious file leads to here, and whether that fails at each level.
  const struct {
    std::string disposition;
    bool warn;
    bool quarantine;
    bool deny;
  } cases[] = {
      {"warn", true, false, false},
      {"quarantine", true, true, false},
      {"deny", true, true, true},
  };
  for (const auto& c : cases) {
    CAPTURE(c.disposition);
    const std::string policy =
        folder.write("policy.yaml", "on_suspicious: warn\non_malicious: " + c.disposition + "\n");
    cli.configure("policy: " + policy + "\n");
    CHECK(cli.run({"scan", bad, "--fail-on", "warn"}).exit_code == (c.warn ? 1 : 0));
    CHECK(cli.run({"scan", bad}).exit_code == (c.quarantine ? 1 : 0));
    CHECK(cli.run({"scan", bad, "--fail-on", "deny"}).exit_code == (c.deny ? 1 : 0));
    CHECK(cli.run({"scan", bad, "--fail-on", "never"}).exit_code == 0);
    CHECK(cli.run({"scan", mild}).exit_code == 0);
    CHECK(cli.run({"scan", mild, "--fail-on", "warn"}).exit_code == 1);
  }
}

TEST_CASE("folders are walked in order, without links, pipes and loops") {
  const Cli cli;
  const TemporaryFolder folder;
  folder.write("kb/b.md", benign());
  folder.write("kb/a/deep.md", benign());
  folder.write("elsewhere/bad.md", poison());
  fs::create_directory_symlink(folder.at("kb"), folder.at("kb/loop"));
  fs::create_directory_symlink(folder.at("elsewhere"), folder.at("kb/out"));
  fs::create_symlink(folder.at("elsewhere/bad.md"), folder.at("kb/link.md"));
  REQUIRE(::mkfifo(folder.at("kb/pipe").c_str(), 0600) == 0);
  const ProgramResult walked = cli.run({"scan", folder.at("kb"), "--format", "jsonl"});
  CHECK(walked.exit_code == 0);
  const auto lines = lines_of(walked.out);
  REQUIRE(lines.size() == 2);
  CHECK(contains(lines[0], "/kb/b.md\""));
  CHECK(contains(lines[1], "/kb/a/deep.md\""));

  // What the user names is followed, and a pipe is waited for by nobody.
  CHECK(cli.run({"scan", folder.at("kb/link.md")}).exit_code == 1);
  CHECK(cli.run({"scan", folder.at("kb/out")}).exit_code == 1);
  const ProgramResult pipe = cli.run({"scan", folder.at("kb/pipe")});
  CHECK(pipe.exit_code == 3);
  CHECK(contains(pipe.out, "not a regular file"));
}

TEST_CASE("a folder without files is clean and said to be empty") {
  const Cli cli;
  const TemporaryFolder folder;
  const ProgramResult result = cli.run({"scan", folder.path()});
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "0 files"));
  CHECK(contains(result.err, "there is no file to scan"));
}

TEST_CASE("what cannot be read is a gap, named") {
  if (::geteuid() == 0) return;  // root reads everything
  const Cli cli;
  const TemporaryFolder folder;
  folder.write("kb/a.md", benign());
  REQUIRE(::chmod(folder.write("kb/closed.md", benign()).c_str(), 0) == 0);
  fs::create_directory(folder.at("kb/closed"));
  REQUIRE(::chmod(folder.at("kb/closed").c_str(), 0) == 0);
  const ProgramResult result = cli.run({"scan", folder.at("kb")});
  CHECK(::chmod(folder.at("kb/closed").c_str(), 0700) == 0);
  CHECK(result.exit_code == 3);
  CHECK(contains(result.out, "Permission denied"));
  CHECK(contains(result.err, "kb/closed"));
}

TEST_CASE("standard input is one file") {
  const Cli cli;
  ProgramOptions options;
  options.input = poison();
  const ProgramResult found = cli.run({"scan", "-", "--format", "jsonl"}, options);
  CHECK(found.exit_code == 1);
  CHECK(contains(found.out, "{\"uri\":\"-\""));
  options.input = benign();
  CHECK(cli.run({"scan", "-"}, options).exit_code == 0);
  options.input.clear();
  CHECK(cli.run({"scan", "-"}, options).exit_code == 0);
  options.environment = {"TMPDIR=/nonexistent"};
  const ProgramResult nowhere = cli.run({"scan", "-"}, options);
  CHECK(nowhere.exit_code == 2);
  CHECK(contains(nowhere.err, "/nonexistent"));
}

TEST_CASE("a reader that stops reading ends the scan quietly") {
  const Cli cli;
  const TemporaryFolder folder;
  for (int i = 0; i < 3000; ++i) folder.write("kb/" + std::to_string(i) + ".md", benign());
  ProgramOptions options;
  options.close_output_early = true;
  for (const std::string format : {"table", "jsonl"}) {
    CAPTURE(format);
    const ProgramResult result = cli.run({"scan", folder.at("kb"), "--format", format}, options);
    CHECK(result.signal == SIGPIPE);
    CHECK(result.err.empty());
  }
}

TEST_CASE("output that cannot be written is an error") {
  if (!fs::exists("/dev/full")) return;
  const Cli cli;
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.md", benign());
  for (const std::string& words : {"scan " + bad, "scan " + bad + " --format jsonl",
                                   std::string("rules list"), std::string("--help")}) {
    CAPTURE(words);
    ProgramOptions options;
    options.environment = {"CREDENCE_CONFIG=" + cli.config()};
    const ProgramResult result = run_program(
        {"/bin/sh", "-c", "exec \"$0\" " + words + " >/dev/full", CREDENCE_PROGRAM}, options);
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "cannot be written"));
  }
}

TEST_CASE("nothing but the report goes into a pipe") {
  const Cli cli;
  const TemporaryFolder folder;
  for (int i = 0; i < 50; ++i) folder.write("kb/" + std::to_string(i) + ".md", benign());
  const ProgramResult result = cli.run({"scan", folder.at("kb")});
  CHECK(result.exit_code == 0);
  CHECK(result.err.empty());
  CHECK_FALSE(contains(result.out, "\x1b"));
  CHECK_FALSE(contains(result.out, "\r"));
}

TEST_CASE("names that could steer a terminal are shown escaped") {
  const Cli cli;
  const TemporaryFolder folder;
  folder.write("a\x1b[2Jb.md", poison());
  const ProgramResult found = cli.run({"scan", folder.path()});
  CHECK(found.exit_code == 1);
  CHECK_FALSE(contains(found.out, "\x1b"));
  const ProgramResult missing = cli.run({"scan", folder.at("\x1b[2J")});
  CHECK(missing.exit_code == 2);
  CHECK_FALSE(contains(missing.err, "\x1b"));
}

TEST_CASE("the table shows what several rules saw once, and as much as it is asked for") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.md", poison() + "\n\n" + doubtful() + "\n");
  const ProgramResult table = cli.run({"scan", bad});
  CHECK(count_of(table.out, "CRD-INJ-001") == 2);
  CHECK(contains(table.out, "bytes 0-32"));
  const ProgramResult shorter = cli.run({"scan", bad, "--findings", "1"});
  CHECK(count_of(shorter.out, "CRD-INJ-001") == 1);
  CHECK(contains(shorter.out, "… 1 more"));
}

TEST_CASE("--only-found leaves out what is clean") {
  const Cli cli;
  const TemporaryFolder folder;
  folder.write("clean.md", benign());
  folder.write("bad.md", poison());
  const ProgramResult result = cli.run({"scan", folder.path(), "--only-found"});
  CHECK(contains(result.out, "bad.md"));
  CHECK_FALSE(contains(result.out, "clean.md"));
  CHECK(contains(result.out, "2 files"));
  const ProgramResult jsonl = cli.run({"scan", folder.path(), "--only-found", "--format", "jsonl"});
  CHECK(lines_of(jsonl.out).size() == 1);
}

}  // namespace credence
