#include <string>

#include <doctest/doctest.h>

#include "tests/support/extraction.h"
#include "tests/support/processor_time.h"
#include "tests/support/repeated.h"

namespace credence {

TEST_CASE("the strings of JSON come out decoded, the keys once") {
  const struct {
    const char* name;
    std::string_view source;
    std::string_view values;
    std::string_view keys;
  } cases[] = {
      {"object", R"({"a": "x", "b": 1, "c": null})", "x", "a\nb\nc"},
      {"array", R"(["x", "y", ["z"]])", "x\ny\nz", ""},
      {"keys of records", R"([{"k":"1"},{"k":"2"}])", "1\n2", "k"},
      {"string alone", R"("x")", "x", ""},
      {"escapes", R"(["a\nb\t\"c\"\\ \/ \b\f"])", "a\nb\t\"c\"\\ / \b\f", ""},
      {"unicode", R"(["\u0041\u00e9\u20ac"])", "A\xC3\xA9\xE2\x82\xAC", ""},
      {"surrogates", R"(["\ud83d\ude00 \ud83d \ude00"])",
       "\xF0\x9F\x98\x80 \xEF\xBF\xBD \xEF\xBF\xBD", ""},
      {"bad escapes", R"(["\x \u12"])", "x u12", ""},
      {"empty strings", R"(["", ""])", "", ""},
      {"escaped key", R"({"\u0061": "x"})", "x", "a"},
      {"key after an object", R"({"a": {"b": "x"}, "c": "y"})", "x\ny", "a\nb\nc"},
      {"byte order mark", "\xEF\xBB\xBF[\"x\"]", "x", ""},
      {"lenient literals", R"([NaN, -Infinity, 1e5, -2.5, "x",])", "x", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kJson, c.source);
    CHECK(out.text(Channel::kCell) == c.values);
    CHECK(out.text(Channel::kMetadata) == c.keys);
    CHECK(out.text(Channel::kVisible) == "");
    CHECK(out.findings.empty());
    CHECK(out.gaps.empty());
  }
}

TEST_CASE("the map leads from a decoded string to its escapes") {
  const Extraction out(MediaKind::kJson, R"({"a": "ig\u006eore \"all\""})");
  CHECK(out.source_of("ignore") == R"(ig\u006eore)");
  CHECK(out.source_of("\"all\"") == R"(\"all\")");
}

TEST_CASE("what is no JSON is shown as it is, too") {
  const struct {
    const char* name;
    std::string_view source;
    std::string_view needle;
    std::size_t malformed;
  } cases[] = {
      {"comment", "{\"a\": 1 // say hello\n}", "say hello", 0},
      {"single quotes", "{'a': 'say hello'}", "say hello", 0},
      {"bare words", "say hello", "say hello", 0},
      {"torn string", R"(["x", "say hello)", "say hello", 1},
      {"torn array", R"(["x", "say hello")", "say hello", 1},
      {"wrong bracket", R"(["say hello"}])", "say hello", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kJson, c.source);
    CHECK(out.text(Channel::kVisible) == c.source);
    CHECK(out.count(FindingCode::kMalformed) == c.malformed);
    CHECK(out.defect() == "");
  }
}

TEST_CASE("a key that an object has twice is a finding") {
  const struct {
    const char* name;
    std::string source;
    std::size_t findings;
  } cases[] = {
      {"twice", R"({"a":1,"a":2})", 1},
      {"escaped", R"({"a":1,"\u0061":2})", 1},
      {"other case", R"({"a":1,"A":2})", 0},
      {"in two objects", R"([{"a":1},{"a":1}])", 0},
      {"in inner object", R"({"a":{"a":1}})", 0},
      {"inner twice", R"({"a":{"b":1,"b":2}})", 1},
      {"in a large object", R"({"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"3":1})", 1},
      {"large without", R"({"0":0,"1":0,"2":0,"3":0,"4":0,"5":0,"6":0,"7":0,"8":0,"9":1})", 0},
      {"as a value", R"({"a":"b","b":"a"})", 0},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kJson, c.source);
    CHECK(out.count(FindingCode::kDuplicateKey) == c.findings);
    CHECK(out.defect() == "");
  }
}

TEST_CASE("each line of JSONL stands for itself") {
  const Extraction out(MediaKind::kJsonl,
                       "{\"t\": \"one\"}\n{\"t\": \"torn\nnot json\n\n{\"t\": \"two\"}\r\n");
  CHECK(out.text(Channel::kCell) == "one\ntorn\n{\"t\": \"torn\nnot json\ntwo");
  CHECK(out.text(Channel::kMetadata) == "t");
}

TEST_CASE("records are cut from JSONL, arrays and objects") {
  const RecordOptions options{"text", "id"};
  const struct {
    const char* name;
    MediaKind kind;
    std::string_view source;
    std::string_view rows;  // id=text, each row in brackets
    std::size_t gaps;
  } cases[] = {
      {"lines", MediaKind::kJsonl, "{\"id\":\"a\",\"text\":\"x\"}\n{\"text\":\"y\",\"id\":2}\n",
       "[a=x][2=y]", 0},
      {"no line break at the end", MediaKind::kJsonl, "{\"text\":\"x\"}", "[=x]", 0},
      {"empty lines", MediaKind::kJsonl, "\n{\"text\":\"x\"}\n \n", "[=x]", 0},
      {"escapes", MediaKind::kJsonl, R"({"text":"a\n\u0062","id":"\u0063"})", "[c=a\nb]", 0},
      {"escaped key", MediaKind::kJsonl, R"({"te\u0078t":"x"})", "[=x]", 0},
      {"empty text", MediaKind::kJsonl, R"({"text":"","id":1})", "[1=]", 0},
      {"other fields", MediaKind::kJsonl, R"({"a":{"text":"no"},"b":["text","no"],"text":"x"})",
       "[=x]", 0},
      {"the last of two", MediaKind::kJsonl, R"({"text":"x","text":"y"})", "[=y]", 0},
      {"a list as text", MediaKind::kJsonl, R"({"text":["x", {"y":1}],"id":[1]})",
       "[[1]=[\"x\", {\"y\":1}]]", 0},
      {"no such field", MediaKind::kJsonl, R"({"body":"x"})", "[={\"body\":\"x\"}]", 1},
      {"no object", MediaKind::kJsonl, "[\"text\"]\n{\"text\":\"x\"}", "[=[\"text\"]][=x]", 1},
      {"torn line", MediaKind::kJsonl, "{\"text\":\"x\n{\"text\":\"y\"}", "[={\"text\":\"x][=y]",
       1},
      {"array", MediaKind::kJson, "[{\"text\":\"x\",\"id\":1},\n {\"text\":\"y\"}]", "[1=x][=y]",
       0},
      {"object", MediaKind::kJson, R"({"text":"x"})", "[=x]", 0},
      {"mixed array", MediaKind::kJson, R"([{"text":"x"}, 5, "s", [{"text":"z"}]])",
       "[=x][=5][=\"s\"][=[{\"text\":\"z\"}]]", 1},
      {"torn array", MediaKind::kJson, R"([{"text":"x"}, {"text":"y", bad)",
       "[=x][={\"text\":\"y\", bad]", 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(c.kind, c.source, options);
    std::string rows;
    for (const auto& piece : out.pieces) rows += "[" + piece.record_id + "=" + piece.text + "]";
    CHECK(rows == c.rows);
    CHECK(out.gaps.size() == c.gaps);
    CHECK(out.defect() == "");
    for (std::size_t i = 0; i < out.pieces.size(); ++i) {
      CHECK(out.pieces[i].locator == "row " + std::to_string(i + 1));
      CHECK(out.pieces[i].channel == Channel::kCell);
    }
  }
}

TEST_CASE("a record is its exact text, borrowed when it holds no escape") {
  const Extraction out(MediaKind::kJsonl, R"({"text":" exact  text "})", {"text", ""});
  REQUIRE(out.pieces.size() == 1);
  CHECK(out.pieces[0].borrowed);
  CHECK(out.pieces[0].text == " exact  text ");
  CHECK(out.pieces[0].map.to_source({0, 3}) == ByteSpan{9, 3});
}

TEST_CASE("many short strings make few chunks") {
  std::string source = "[";
  for (int i = 0; i < 300'000; ++i) source += "\"short string\",";
  source += "\"the end\"]";
  const Extraction out(MediaKind::kJson, source);
  CHECK(out.pieces.size() < 10);
  CHECK(out.pieces.back().text.ends_with("the end"));
}

TEST_CASE("hostile JSON takes linear time") {
  const std::string cases[] = {
      repeated("[", 1'000'000),
      repeated("{\"a\":", 300'000),
      repeated("\"", 1'000'001),
      repeated("\\", 1'000'000),
      "\"" + repeated("\\", 999'999),
      "\"" + repeated("\\u", 500'000) + "\"",
      repeated("{", 500'000),
      "{" + repeated("\"a\":1,", 300'000) + "}",
      repeated("]", 1'000'000),
      repeated("{}", 500'000),
      "\"" + std::string(1 << 20, '\0') + "\"",
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    CAPTURE(i);
    for (const MediaKind kind : {MediaKind::kJson, MediaKind::kJsonl}) {
      const ProcessorTime time;
      const Extraction out(kind, cases[i]);
      const Extraction records(kind, cases[i], {"text", "id"});
      CHECK(time.seconds() < ProcessorTime::kLinearMax);
      CHECK(out.findings.size() < 20);
    }
  }
}

}  // namespace credence
