#include <memory>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/pipeline/engine_factory.h"
#include "daemon/pipeline/local_scan_service.h"
#include "daemon/pipeline/ordered_scan.h"
#include "provenance/crypto/sha256.h"
#include "tests/support/temporary_folder.h"

namespace credence {
namespace {

constexpr const char* kRules = R"(family: sample
code: CRD-INJ-001
rules:
  - id: sample-gates
    title: Gates that are to be green
    pattern: 'garden gates green'
    score: 0.9
    match: ['the garden gates green', 'garden gates green']
    no_match: ['garden gates', 'green']
)";

// A folder with rules, for the length of a scope, and the engine of them.
class Fixture {
 public:
  Fixture() {
    folder_.write("rules/sample.yaml", kRules);
    EngineConfig config;
    config.rules_dir = folder_.at("rules");
    auto snapshot = build_snapshot(config, clock_);
    REQUIRE(snapshot.ok());
    service_ = std::make_unique<LocalScanService>(*std::move(snapshot), SandboxScan(), clock_);
  }

  std::string write(const std::string& name, const std::string& text) const {
    return folder_.write(name, text);
  }

  // Every block of the scan of one file, in order.
  std::vector<ScannedFile> scan(const std::string& path, RecordBlocks::Sizes sizes) const {
    OrderedScanOptions options;
    options.threads = 3;
    options.window_blocks = 4;
    options.records = {"text", "id"};
    options.block_sizes = sizes;
    options.lines = true;
    ScanProgress progress;
    std::vector<ScannedFile> files;
    const auto troubles =
        ordered_scan({path}, options, *service_, progress, [&](ScannedFile& file) {
          files.push_back(std::move(file));
          return true;
        });
    CHECK(troubles.empty());
    return files;
  }

 private:
  TemporaryFolder folder_;
  SystemClock clock_;
  std::unique_ptr<LocalScanService> service_;
};

// What a caller sees of each record, as text.
std::vector<std::string> seen(const std::vector<ScannedFile>& files) {
  std::vector<std::string> out;
  for (const ScannedFile& file : files) {
    const Report& report = file.outcome.report;
    for (std::size_t i = 0; i < report.chunks.size(); ++i) {
      const ChunkRecord& chunk = report.chunks[i];
      std::string line = chunk.locator + " " + chunk.record_id + " " + chunk.digest.hex() + " " +
                         std::string(to_string(file.outcome.chunk_decisions[i].verdict));
      for (const std::uint32_t f : chunk.findings) {
        const Finding& finding = report.findings[f];
        line += " " + std::string(info(finding.code).id) + " " + finding.locator + " " +
                std::to_string(finding.span.offset) + "+" + std::to_string(finding.span.length) +
                " line " + std::to_string(file.lines[f].begin_line) + ":" +
                std::to_string(file.lines[f].begin_column);
      }
      out.push_back(line);
    }
  }
  return out;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string jsonl(int rows) {
    std::string out;
    for (int i = 0; i < rows; ++i) {
      if (one_in(7)) out += one_in(2) ? "\n" : " \t\r\n";
      out += "{\"id\": " + std::to_string(i) + ", \"text\": \"" + text("\\n", "\\\"") + "\"}\n";
    }
    if (one_in(2)) out.pop_back();  // the last line without its end
    return out;
  }

  std::string table(int rows, char delimiter) {
    const std::string end = one_in(2) ? "\r\n" : "\n";
    std::string out = one_in(2) ? "\xEF\xBB\xBF" : "";
    out += std::string("id") + delimiter + "text" + end;
    for (int i = 0; i < rows; ++i) {
      if (one_in(9)) out += end;
      out += std::to_string(i) + delimiter + "\"" + text("\n", "\"\"") + "\"" + end;
    }
    if (one_in(2)) out.resize(out.size() - end.size());
    return out;
  }

 private:
  bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }

  std::string text(const std::string& line_end, const std::string& quote) {
    std::string out;
    for (int words = std::uniform_int_distribution<int>(0, 12)(random_); words > 0; --words) {
      out += one_in(6) ? line_end : one_in(6) ? quote : one_in(5) ? "größe 😀 " : "word, ";
    }
    if (one_in(5)) out += "the garden gates green";
    return out;
  }

  std::mt19937 random_;
};

}  // namespace

// Cut into blocks of any size, a file of records gives what it gives as a whole.
TEST_CASE("blocks change nothing that is seen of a record") {
  const Fixture fixture;
  const RecordBlocks::Sizes whole{.block = 1 << 20};
  for (unsigned seed = 1; seed <= 24; ++seed) {
    CAPTURE(seed);
    Generator generator(seed);
    const struct {
      std::string name;
      std::string text;
    } files[] = {{"a.jsonl", generator.jsonl(60)},
                 {"a.csv", generator.table(60, ',')},
                 {"a.tsv", generator.table(60, '\t')}};
    for (const auto& each : files) {
      CAPTURE(each.name);
      const std::string path = fixture.write(each.name, each.text);
      const auto expected = fixture.scan(path, whole);
      REQUIRE(expected.size() == 1);
      REQUIRE(expected[0].outcome.report.chunks.size() == 60);
      for (const std::uint64_t size : {64U, 257U, 1000U}) {
        CAPTURE(size);
        const auto blocks = fixture.scan(path, {.block = size});
        CHECK(blocks.size() > 1);
        CHECK(seen(blocks) == seen(expected));
        std::uint64_t bytes = 0;
        for (const ScannedFile& block : blocks) {
          bytes += block.outcome.report.size;
          CHECK(block.outcome.digest == sha256(each.text));
          CHECK(block.first == (&block == &blocks.front()));
          CHECK(block.last == (&block == &blocks.back()));
          CHECK_FALSE(block.remainder.has_value());
        }
        CHECK(bytes == each.text.size());
      }
    }
  }
}

TEST_CASE("only rows can be cut") {
  const Fixture fixture;
  const std::string row = "{\"text\": \"a\"}";
  std::string lines;
  std::string wide;  // UTF-16, in which a line feed is no byte of its own
  for (int i = 0; i < 100; ++i) lines += row + "\n";
  for (const char c : lines) wide += {c, '\0'};
  const struct {
    std::string name;
    std::string text;
    bool cut;
  } cases[] = {
      {"lines.jsonl", lines, true},
      {"small.jsonl", row + "\n" + row + "\n", false},
      {"array.json", "[" + row + std::string(500, ' ') + "]", false},
      {"wide.jsonl", "\xFF\xFE" + wide, false},
      {"prose.txt", std::string(500, 'a'), false},
      {"empty.jsonl", "", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const auto files = fixture.scan(fixture.write(c.name, c.text), {.block = 100});
    CHECK((files.size() > 1) == c.cut);
  }
}

TEST_CASE("a row beyond every limit is cut, scanned, and said to be broken") {
  const Fixture fixture;
  std::string text = "{\"text\": \"a\"}\n{\"text\": \"b\"}\n{\"text\": \"";
  text += std::string(3000, 'x') + " the garden gates green \"}\n{\"text\": \"c\"}\n";
  const auto files =
      fixture.scan(fixture.write("long.jsonl", text), {.block = 100, .row_max = 1000});
  bool found = false;
  bool gap = false;
  for (const ScannedFile& file : files) {
    found = found || !file.outcome.report.findings.empty();
    gap = gap || file.remainder.has_value();
  }
  CHECK(found);
  CHECK(gap);
  CHECK(seen(files).front().find("nothing_found") != std::string::npos);
}

}  // namespace credence
