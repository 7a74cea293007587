#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/cli/cli_fixture.h"
#include "tests/support/daemon_process.h"

namespace credence {
namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the commands that ask the daemon") {
  DaemonSettings settings;
  settings.move = true;
  const DaemonSite site(settings);
  const std::string poison_marker(DaemonSite::kPoison);
  site.write("good.md", benign());
  site.write("bad.md", poison_marker);
  DaemonProcess daemon(site);
  REQUIRE(daemon.client().sync());
  const Cli cli(site.at("credence.yaml"));
  REQUIRE(eventually([&] { return contains(cli.run({"quarantine", "list"}).out, "1 held"); }));
  const std::string held = cli.run({"quarantine", "list"}).out;
  const std::string digest = held.substr(0, held.find(' '));
  const std::string good = site.base("good.md");
  const std::string missing = site.base("none.md");
  const struct {
    std::string name;
    Words words;
    int exit_code;
    std::string out;
    std::string err;
  } cases[] = {
      {"good file", {"trust", good}, 0, "allow       nothing_found", ""},
      {"bad file", {"trust", "--digest", digest}, 1, "malicious", ""},
      {"never", {"trust", "--digest", digest, "--fail-on", "never"}, 0, "malicious", ""},
      {"good text", {"trust", "--text", benign()}, 0, "allow", ""},
      {"bad text", {"trust", "--text", poison_marker}, 1, "CRD-INJ-001", ""},
      {"unknown file", {"trust", missing}, 1, "deny", ""},
      {"unknown file, allowed", {"trust", missing, "--on-miss", "allow"}, 0, "allow", ""},
      {"no such word",
       {"trust", "--text", "a", "--on-miss", "perhaps"},
       2,
       "",
       "credenced answered 400"},
      {"no such digest", {"trust", "--digest", "xyz"}, 2, "", "credenced answered 400"},
      {"by another name",
       {"trust", "--text", "a", "--server", "unix:" + daemon.socket()},
       0,
       "allow",
       ""},
      {"held apart", {"quarantine", "list"}, 0, "1 held\n", ""},
      {"nothing of that digest",
       {"quarantine", "release", "sha256:" + std::string(64, '0')},
       2,
       "",
       "credenced answered 404"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const ProgramResult result = cli.run(c.words);
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK(result.exit_code == c.exit_code);
    CHECK(contains(result.out, c.out));
    CHECK(contains(result.err, c.err));
    CHECK((c.exit_code == 2) == !result.err.empty());
  }

  CHECK(contains(cli.run({"quarantine", "show", digest}).out, "\"malicious\""));
  CHECK(cli.run({"quarantine", "release", digest}).exit_code == 0);
  CHECK(cli.run({"quarantine", "list"}).out == "0 held\n");
  CHECK(cli.run({"trust", "--digest", digest}).exit_code == 0);

  // The store can be read beside the daemon, and not be written.
  CHECK(contains(cli.run({"db", "status"}).out, "schema version"));
  const ProgramResult taken = cli.run({"scan", good, "--store", site.at("store")});
  CHECK(taken.exit_code == 4);
  CHECK_FALSE(taken.err.empty());

  CHECK(daemon.stop() == 0);
  CHECK(cli.run({"trust", good}).exit_code == 4);
  CHECK(cli.run({"db", "verify"}).exit_code == 0);
  CHECK(contains(cli.run({"db", "audit"}).out, "\trelease\t"));
}

TEST_CASE("the daemon is asked over TCP by each of its names") {
  DaemonSettings settings;
  settings.tcp = true;
  settings.watch = false;
  const DaemonSite site(settings);
  const DaemonProcess daemon(site);
  const Cli cli(site.at("credence.yaml"));
  // Answers come a moment before the line that tells the port.
  REQUIRE(eventually([&] { return contains(site.log(), "port="); }));
  const std::string log = site.log();
  const std::size_t at = log.find("port=");
  const std::string port = log.substr(at + 5, log.find_first_not_of("0123456789", at + 5) - at - 5);
  for (const std::string server : {"127.0.0.1:", "http://127.0.0.1:", "localhost:"}) {
    CAPTURE(server);
    const ProgramResult result = cli.run({"trust", "--text", "a", "--server", server + port});
    CAPTURE(result.err);
    CHECK(result.exit_code == 0);
  }
}

TEST_CASE("rules can be listed, tested and measured") {
  const Cli cli;
  const ProgramResult list = cli.run({"rules", "list"});
  CHECK(list.exit_code == 0);
  CHECK(contains(list.out, "sample-wide"));
  CHECK(contains(list.out, "3 rules in 1 family"));
  const ProgramResult tested = cli.run({"rules", "test"});
  CHECK(tested.exit_code == 0);
  CHECK(contains(tested.out, "3 rules, 12 examples, 0 failed"));

  const TemporaryFolder folder;
  std::string wrong = kRules;
  const std::string example = "'paint the gate'";
  wrong.replace(wrong.find(example), example.size(), "'paint all the garden gates green'");
  folder.write("rules/sample.yaml", wrong);
  const ProgramResult failed = cli.run({"rules", "test", "--rules", folder.at("rules")});
  CHECK(failed.exit_code == 1);
  CHECK(contains(failed.out, "sample.yaml"));
  CHECK(contains(failed.out, "rule sample-wide"));

  folder.write("rules/sample.yaml", "family: sample\nrules: 3\n");
  const ProgramResult broken = cli.run({"rules", "test", "--rules", folder.at("rules")});
  CHECK(broken.exit_code == 2);
  CHECK(contains(broken.err, "sample.yaml:2"));
}

TEST_CASE("evaluate prints rates and says which lines are none") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string rows =
      folder.write("rows.jsonl", "{\"text\": \"" + poison() + "\", \"label\": 1}\n{\"text\": \"" +
                                     benign() + "\", \"label\": 0}\n");
  const ProgramResult result = cli.run({"evaluate", rows});
  CHECK(result.exit_code == 0);
  CHECK(contains(result.out, "100.00 %"));
  ProgramOptions options;
  options.input = "{\"text\": \"a\", \"label\": 0}\nno row\n";
  const ProgramResult partly = cli.run({"evaluate", "-"}, options);
  CHECK(partly.exit_code == 3);
  CHECK(contains(partly.err, "--text-field"));
}

}  // namespace credence
