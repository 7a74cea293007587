#include <string>

#include <doctest/doctest.h>

#include "tests/support/extraction.h"
#include "tests/support/processor_time.h"
#include "tests/support/repeated.h"

namespace credence {

TEST_CASE("cells of words stand on lines of their own, numbers stay in their row") {
  const struct {
    const char* name;
    MediaKind kind;
    std::string_view source;
    std::string_view text;
  } cases[] = {
      {"numbers", MediaKind::kCsv, "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4\n"},
      {"words", MediaKind::kCsv, "id,note\n1,some words here\n2,x\n",
       "id,note\n1,\nsome words here\n2,x\n"},
      {"quoted", MediaKind::kCsv, "1,\"a, b\",2\n", "1,\na, b\n2\n"},
      {"quotes in quotes", MediaKind::kCsv, "\"say \"\"hi\"\" now\",2\n", "say \"hi\" now\n2\n"},
      {"line break in quotes", MediaKind::kCsv, "\"a\nb\"\n", "a\nb\n"},
      {"text behind a quote", MediaKind::kCsv, "\"ab\"cd,2", "abcd\n2"},
      {"quote inside a cell", MediaKind::kCsv, "5\" nails,2", "5\" nails\n2"},
      {"semicolons", MediaKind::kCsv, "a;b;c\n\"x;y\";2,5;3\n", "a;b;c\nx;y\n2,5;3\n"},
      {"tabs", MediaKind::kTsv, "a\tb\nthe words\t\"q\tr\"\n", "a\tb\nthe words\nq\tr\n"},
      {"torn quote", MediaKind::kCsv, "a,\"b c d\ne", "a,\nb c d\ne\n"},
      {"byte order mark", MediaKind::kCsv, "\xEF\xBB\xBF\"a\",b", "a\nb"},
      {"empty cells", MediaKind::kCsv, ",,\n,\"\",\n", ",,\n,\n\n"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(c.kind, c.source);
    CHECK(out.text(Channel::kCell) == c.text);
    CHECK(out.gaps.empty());
    CHECK(out.defect() == "");
  }
}

TEST_CASE("formulas that do something are active content") {
  const struct {
    std::string_view cell;
    bool active;
  } cases[] = {
      {"=HYPERLINK(\"\"http://x.example\"\")", true},
      {"=cmd|' /C calc'!A0", true},
      {"@SUM(1+9)", true},
      {"+WEBSERVICE(A1)", true},
      {"-IMPORTXML(A1)", true},
      {"=A1+B2", false},
      {"-12.5", false},
      {"+46 70 123 45 67", false},
      {"@someone", false},
      {"- a list item (with a remark)", false},
      {"=== heading ===", false},
      {"-- signed", false},
  };
  for (const auto& c : cases) {
    CAPTURE(c.cell);
    const Extraction out(MediaKind::kCsv, "a,b\n1,\"" + std::string(c.cell) + "\"\n");
    CHECK(out.count(FindingCode::kActiveContent) == (c.active ? 1 : 0));
    CHECK(out.defect() == "");
  }
}

TEST_CASE("records are cut from tables by the names in the header") {
  const RecordOptions options{"text", "id"};
  const struct {
    const char* name;
    std::string_view source;
    std::string_view rows;  // id=text, each row in brackets
    std::size_t gaps;
  } cases[] = {
      {"rows", "id,text\n1,x\n2,y\n", "[1=x][2=y]", 0},
      {"other order, CRLF", "text,n,id\r\nx,0,1\r\ny,0,2\r\n", "[1=x][2=y]", 0},
      {"quoted", "\"id\",\"text\"\n\"a\"\"b\",\"x, \"\"y\"\"\nz\"\n", "[a\"b=x, \"y\"\nz]", 0},
      {"byte order mark", "\xEF\xBB\xBFtext\nx\n", "[=x]", 0},
      {"empty line and empty text", "id,text\n\n1,\n", "[1=]", 0},
      {"short row", "id,text\n1\n2,y\n", "[=1][2=y]", 1},
      {"no id column", "text,b\nx,1\n", "[=x]", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kCsv, c.source, options);
    std::string rows;
    for (const auto& piece : out.pieces) rows += "[" + piece.record_id + "=" + piece.text + "]";
    CHECK(rows == c.rows);
    CHECK(out.gaps.size() == c.gaps);
    CHECK(out.defect() == "");
  }
}

TEST_CASE("a table without the field is read as a document, and says so") {
  const Extraction out(MediaKind::kCsv, "a,b\n1,some words here\n", {"text", ""});
  CHECK(out.text(Channel::kCell) == "a,b\n1,\nsome words here\n");
  REQUIRE(out.gaps.size() == 1);
  CHECK(out.gaps[0].coverage == Coverage::kPartial);
}

TEST_CASE("hostile tables take linear time") {
  const std::string cases[] = {
      repeated(",", 2'000'000),
      repeated("\"", 1'000'001),
      repeated("\n", 1'000'000),
      repeated("\"a\",", 300'000),
      repeated("=A(", 300'000) + "\n",
      repeated("\"\n", 500'000),
      "text\n" + repeated("x\n", 200'000),
      repeated("\r", 500'000),
      "text," + repeated(",", 500'000) + "\n" + repeated(",", 500'000),
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    CAPTURE(i);
    const ProcessorTime time;
    const Extraction out(MediaKind::kCsv, cases[i]);
    const Extraction records(MediaKind::kCsv, cases[i], {"text", "id"});
    CHECK(time.seconds() < ProcessorTime::kLinearMax);
    CHECK(out.findings.size() <= 11);
  }
}

}  // namespace credence
