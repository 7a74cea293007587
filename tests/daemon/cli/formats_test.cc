#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <simdjson.h>

#include "tests/daemon/cli/cli_fixture.h"
#include "tests/support/docx_builder.h"
#include "tests/support/openapi_checker.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/zip_builder.h"

namespace credence {
namespace {

namespace dom = simdjson::dom;

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Files of many kinds: found in, clean, not examined, named so that URIs must escape.
void write_samples(const TemporaryFolder& folder) {
  folder.write("kb/plain.txt", benign());
  folder.write("kb/größe & [maß] 100%.md", "# A\n\nZwölf é 😀 " + poison() + "\nend\n");
  folder.write("kb/page.html", "<p>hello</p>\n<p style=\"display:none\">" + poison() + "</p>");
  folder.write("kb/rows.jsonl", "{\"id\": \"a\", \"text\": \"" + poison() + "\"}\n{\"text\": 1}\n");
  folder.write("kb/rows.csv", "id,text,x\n1,\"" + poison() + "\",2\n2,b,3\n3,=cmd|'/c'!A1,4\n");
  folder.write("kb/a.pdf", PdfBuilder().page().line(poison()).build());
  folder.write("kb/a.docx", DocxBuilder().paragraph(poison()).build());
  folder.write("kb/a.zip", ZipBuilder().add("in [side].md", poison()).build());
  folder.write("kb/broken.pdf", "%PDF-1.4\nnothing");
  folder.write("kb/a.png", "\x89PNG\r\n\x1a\n....");
  folder.write("kb/empty.md", "");
}

std::string_view text_at(dom::element value, std::string_view pointer) {
  std::string_view text;
  REQUIRE(value.at_pointer(pointer).get(text) == simdjson::SUCCESS);
  return text;
}

std::uint64_t number_at(dom::element value, std::string_view pointer) {
  std::uint64_t number = 0;
  REQUIRE(value.at_pointer(pointer).get(number) == simdjson::SUCCESS);
  return number;
}

}  // namespace

TEST_CASE("each line of jsonl is a ScanResult of the API's document") {
  const OpenApiChecker checker(read(CREDENCE_SOURCE_DIR "/daemon/api/openapi.json"));
  const Cli cli;
  const TemporaryFolder folder;
  write_samples(folder);
  for (const bool records : {false, true}) {
    CAPTURE(records);
    std::vector<std::string> words = {"scan", folder.at("kb"), "--format", "jsonl"};
    if (records) words.insert(words.end(), {"--records=text", "--id-field", "id"});
    const ProgramResult result = cli.run(words);
    CHECK(result.exit_code == 1);
    const auto lines = lines_of(result.out);
    CHECK(lines.size() >= 11);
    for (const std::string& line : lines) {
      CAPTURE(line);
      const auto defects = checker.check({.method = "POST",
                                          .path = "/v1/scan",
                                          .status = 200,
                                          .content_type = "application/json",
                                          .body = line});
      for (const std::string& defect : defects) FAIL_CHECK(defect);
    }
  }
}

TEST_CASE("SARIF is valid by its schema") {
  const Cli cli;
  const TemporaryFolder folder;
  write_samples(folder);
  const std::string schema = CREDENCE_SOURCE_DIR "/tests/support/sarif-2.1.0.schema.json";
  const std::string check = CREDENCE_SOURCE_DIR "/tests/support/validate_json.py";
  const struct {
    std::string name;
    std::vector<std::string> words;
  } cases[] = {
      {"files", {"scan", folder.at("kb")}},
      {"records", {"scan", folder.at("kb"), "--records=text", "--id-field", "id"}},
      {"standard input", {"scan", "-"}},
      {"clean", {"scan", folder.at("kb/plain.txt")}},
      {"missing", {"scan", folder.at("none")}},
      {"missing beside", {"scan", folder.at("kb"), folder.at("{0} [x](y)")}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    auto words = c.words;
    words.insert(words.end(), {"--format", "sarif"});
    ProgramOptions options;
    options.input = poison();
    const std::string log = folder.write("log.sarif", cli.run(words, options).out);
    const ProgramResult valid = run_program({CREDENCE_PYTHON, check, schema, log});
    CAPTURE(valid.out);
    CAPTURE(valid.err);
    CHECK(valid.exit_code == 0);
  }
  // The harness can fail.
  const std::string wrong = folder.write("log.sarif", R"({"version": "2.1.0"})");
  CHECK(run_program({CREDENCE_PYTHON, check, schema, wrong}).exit_code == 1);
}

// What code-scanning services ask beyond the schema.
TEST_CASE("SARIF names files as services read them") {
  const Cli cli;
  const TemporaryFolder folder;
  write_samples(folder);
  ProgramOptions options;
  options.folder = folder.at("kb");
  const ProgramResult result =
      cli.run({"scan", ".", "/etc/hostname", "--format", "sarif"}, options);
  dom::parser parser;
  const dom::element log = parser.parse(result.out);
  CHECK(text_at(log, "/runs/0/originalUriBaseIds/%SRCROOT%/uri") == "file://" + folder.at("kb/"));

  std::set<std::string> uris;
  std::set<std::string> fingerprints;
  std::size_t results = 0;
  for (const dom::element row : dom::array(log.at_pointer("/runs/0/results"))) {
    ++results;
    const dom::element place = row.at_pointer("/locations/0/physicalLocation");
    const std::string uri(text_at(place, "/artifactLocation/uri"));
    CAPTURE(uri);
    CHECK(text_at(place, "/artifactLocation/uriBaseId") == "%SRCROOT%");
    CHECK(uri.find_first_of(" [&") == std::string::npos);
    CHECK(number_at(place, "/region/startLine") >= 1);
    const auto rule = number_at(row, "/ruleIndex");
    CHECK(text_at(log, "/runs/0/tool/driver/rules/" + std::to_string(rule) + "/id") ==
          text_at(row, "/ruleId"));
    const std::string_view level = text_at(row, "/level");
    CHECK((level == "error" || level == "warning" || level == "note"));
    uris.insert(uri);
    fingerprints.insert(uri + std::string(text_at(row, "/partialFingerprints/credence~1v1")));
    if (!uri.starts_with("gr")) continue;
    CHECK(uri == "gr%C3%B6%C3%9Fe%20%26%20%5Bma%C3%9F%5D%20100%25.md");
    CHECK(number_at(place, "/region/startLine") == 3);
    CHECK(number_at(place, "/region/endLine") == 3);
    // "Zwölf é 😀 " is eleven units of UTF-16 and fifteen bytes.
    if (text_at(row, "/properties/rule") != "sample-wide") continue;
    CHECK(number_at(place, "/region/startColumn") == 12);
    CHECK(number_at(place, "/region/endColumn") == 44);
    CHECK(number_at(place, "/region/byteOffset") == 20);
    CHECK(number_at(place, "/region/byteLength") == 32);
  }
  CHECK(fingerprints.size() == results);
  for (const std::string uri :
       {"page.html", "rows.jsonl", "rows.csv", "a.pdf", "a.docx", "a.zip"}) {
    CAPTURE(uri);
    CHECK(uris.count(uri) == 1);
  }
  CHECK(contains(result.out, "a.zip!/in [side].md"));
  bool successful = false;
  CHECK(log.at_pointer("/runs/0/invocations/0/executionSuccessful").get(successful) ==
        simdjson::SUCCESS);
  CHECK(successful);
}

TEST_CASE("a fingerprint stays when the text around the finding changes") {
  const Cli cli;
  const TemporaryFolder folder;
  const auto fingerprint = [&](const std::string& text) {
    const ProgramResult result = cli.run({"scan", folder.write("a.md", text), "--format", "sarif"});
    dom::parser parser;
    const dom::element log = parser.parse(result.out);
    return std::string(text_at(log, "/runs/0/results/0/partialFingerprints/credence~1v1"));
  };
  const std::string before = fingerprint(poison());
  CHECK(fingerprint("A line above.\n\n" + poison()) == before);
  CHECK(fingerprint(doubtful()) != before);
}

}  // namespace credence
