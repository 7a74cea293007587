#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/daemon/cli/cli_fixture.h"

namespace credence {
namespace {

using Words = std::vector<std::string>;

struct Row {
  std::string id;
  std::string text;
};

std::string jsonl_of(const std::vector<Row>& rows) {
  std::string out;
  for (const Row& row : rows) {
    out += "{\"id\": \"" + row.id + "\", \"text\": \"" + row.text + "\"}\n";
  }
  return out;
}

std::string table_of(const std::vector<Row>& rows, char delimiter) {
  std::string out = std::string("id") + delimiter + "text\n";
  for (const Row& row : rows) {
    out += row.id + delimiter + "\"" + row.text + "\"\n";
  }
  return out;
}

}  // namespace

TEST_CASE("each record has a line, a verdict and a count of its own") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::vector<Row> rows = {
      {"a", benign()}, {"b", poison()}, {"c", "more of nothing"}, {"d", poison()}};
  const struct {
    std::string name;
    std::string text;
  } files[] = {{"rows.jsonl", jsonl_of(rows)},
               {"rows.csv", table_of(rows, ',')},
               {"rows.tsv", table_of(rows, '\t')}};
  for (const auto& file : files) {
    CAPTURE(file.name);
    const Words scan = {"scan",
                        folder.write(file.name, file.text),
                        "--records=text",
                        "--id-field",
                        "id",
                        "--collection",
                        "faq"};
    Words as_jsonl = scan;
    as_jsonl.insert(as_jsonl.end(), {"--format", "jsonl"});
    const ProgramResult jsonl = cli.run(as_jsonl);
    CHECK(jsonl.exit_code == 1);
    const auto lines = lines_of(jsonl.out);
    REQUIRE(lines.size() == 4);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CHECK(contains(lines[i], "\"id\":\"faq/" + rows[i].id + "\""));
      CHECK(contains(lines[i], i % 2 == 0 ? "\"nothing_found\"" : "\"malicious\""));
    }
    const ProgramResult table = cli.run(scan);
    CHECK(contains(table.out, "1 file, 4 records"));
    CHECK(contains(table.out, ": 2 malicious, 0 suspicious, 0 undetermined"));
  }
}

TEST_CASE("what no record can be judged bad for is not bad for the file") {
  const Cli cli;
  const TemporaryFolder folder;
  // Every row is doubtful by itself; together they would be no worse.
  const std::string rows =
      folder.write("rows.jsonl", jsonl_of({{"a", doubtful()}, {"b", doubtful()}}));
  const ProgramResult result = cli.run({"scan", rows, "--records=text", "--fail-on", "warn"});
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out, ": 0 malicious, 2 suspicious, 0 undetermined"));
}

TEST_CASE("rows without the field are scanned, and the file says so") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string rows =
      folder.write("rows.jsonl", "{\"text\": \"a\"}\n{\"body\": \"" + poison() + "\"}\n");
  const ProgramResult result = cli.run({"scan", rows, "--records=text", "--format", "jsonl"});
  CHECK(result.exit_code == 1);
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == 3);
  CHECK(contains(lines[1], "\"malicious\""));
  CHECK(contains(lines[2], "\"coverage\":\"partial\""));

  const ProgramResult unnamed = cli.run({"scan", rows, "--records=text", "--id-field", "key"});
  CHECK(contains(unnamed.err, "no record has a field \"key\""));

  const std::string no_column = folder.write("rows.csv", "a,b\n1,2\n3,4\n5,6\n");
  const ProgramResult none = cli.run({"scan", no_column, "--records=text"});
  CHECK(none.exit_code == 3);
  CHECK(contains(none.out, "no column \"text\""));
}

TEST_CASE("files that are no files of records are scanned as files") {
  const Cli cli;
  const TemporaryFolder folder;
  const std::string note = folder.write("kb/note.md", poison());
  folder.write("kb/rows.jsonl", jsonl_of({{"a", benign()}, {"b", benign()}}));
  const ProgramResult result = cli.run({"scan", folder.at("kb"), "--records=text"});
  CHECK(result.exit_code == 1);
  CHECK(contains(result.out, "2 files, 2 records"));
  CHECK(contains(result.out, ": 1 malicious,"));
}

TEST_CASE("a file of records larger than an artifact may be is scanned to its end") {
  const Cli cli;
  cli.configure("limits:\n  artifact_bytes_max: 1048576\n");
  const TemporaryFolder folder;
  const std::string name = folder.at("rows.jsonl");
  constexpr int kRows = 60'000;  // more than one block
  {
    std::ofstream out(name);
    for (int i = 0; i < kRows; ++i) {
      out << R"({"id": "r)" << i << R"(", "text": ")"
          << (i + 1 == kRows ? poison() : "The library is open on Sundays, from ten to four.")
          << R"(", "source": "generated for a test"})" << '\n';
    }
  }
  const Words scan = {"scan",         name,  "--records=text", "--id-field", "id",
                      "--collection", "big", "--format",       "jsonl",      "--store",
                      cli.store()};
  const ProgramResult result = cli.run(scan);
  CHECK(result.exit_code == 1);
  const auto lines = lines_of(result.out);
  REQUIRE(lines.size() == kRows);
  CHECK(contains(lines.front(), "\"id\":\"big/r0\""));
  CHECK(contains(lines.back(), "\"id\":\"big/r59999\""));
  CHECK(contains(lines.back(), "\"malicious\""));
  CHECK(count_of(result.out, "\"malicious\"") == 1);

  const ProgramResult verified = cli.run({"db", "verify"});
  CHECK(verified.exit_code == 0);
  CHECK(contains(verified.out, " 0 defects"));
  CHECK(contains(cli.run({"db", "status"}).out, "schema version"));

  // As a document it is beyond the limit, which is said.
  CHECK(cli.run({"scan", name}).exit_code == 3);
}

}  // namespace credence
