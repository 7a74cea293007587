#include <string>

#include <doctest/doctest.h>

#include "tests/support/extraction.h"
#include "tests/support/processor_time.h"
#include "tests/support/repeated.h"

namespace credence {

TEST_CASE("the parts of Markdown are marked in its source") {
  const struct {
    const char* name;
    std::string_view source;
    Channel channel;
    std::string_view regions;
  } cases[] = {
      {"fence", "a\n```sh\nb\n```\nc", Channel::kCode, "[```sh\nb\n```]"},
      {"fence of tildes", "~~~\n```\n~~~~\nx", Channel::kCode, "[~~~\n```\n~~~~]"},
      {"longer fence", "````\n```\n````", Channel::kCode, "[````\n```\n````]"},
      {"open fence", "```\na\n\nb", Channel::kCode, "[```\na\n\nb]"},
      {"no fence", "``` a ` b", Channel::kCode, ""},
      {"code span", "a `b` c ``d ` e`` f", Channel::kCode, "[`b`][``d ` e``]"},
      {"code span over lines", "a `b\nc` d", Channel::kCode, "[`b\nc`]"},
      {"no code span over paragraphs", "a `b\n\nc` d", Channel::kCode, ""},
      {"escaped backtick", "a \\`b` c", Channel::kCode, ""},
      {"quote", "> a\n> b\nc", Channel::kQuote, "[> a][> b]"},
      {"code in a quote", "> a `b` c", Channel::kQuote, "[> a ][ c]"},
      {"greater-than in text", "a > b", Channel::kQuote, ""},
      {"comment", "a <!-- b\n\nc --> d", Channel::kComment, "[<!-- b\n\nc -->]"},
      {"two comments", "<!--a--><!--b-->", Channel::kComment, "[<!--a-->][<!--b-->]"},
      {"open comment at the start of a line", "x\n<!-- b\nc", Channel::kComment, "[<!-- b\nc]"},
      {"open comment in a line", "x <!-- b\nc", Channel::kComment, ""},
      {"comment in a quote", "> a <!--b--> c", Channel::kComment, "[<!--b-->]"},
      {"comment in code", "`<!--` b `-->`", Channel::kComment, ""},
      {"front matter", "---\na: b\n---\nc", Channel::kMetadata, "[---\na: b\n---]"},
      {"no front matter", "---\na: b", Channel::kMetadata, ""},
      {"link", "[a](b.md) [c](<d>)", Channel::kLink, "[b.md][<d>]"},
      {"link with parentheses", "[a](b(c)d) e", Channel::kLink, "[b(c)d]"},
      {"title", "[a](b \"c d\")", Channel::kAltText, "[c d]"},
      {"image", "![a b](c.png)", Channel::kAltText, "[a b]"},
      {"no link", "[a] (b)", Channel::kLink, ""},
      {"definition that is used", "[a][b]\n\n[b]: c.md \"t\"", Channel::kLink, "[[b]: c.md \"t\"]"},
      {"definition that is used in other case", "[A  b]\n\n[a b]: c.md", Channel::kLink,
       "[[a b]: c.md]"},
      {"comment by definition", "a\n\n[//]: # (b c)\n", Channel::kComment, "[[//]: # (b c)]"},
      {"unused definition", "a\n\n[x]: y\n", Channel::kComment, "[[x]: y]"},
      {"unused footnote", "a\n\n[^1]: b c\n", Channel::kComment, "[[^1]: b c]"},
      {"used footnote", "a[^1]\n\n[^1]: b c\n", Channel::kComment, ""},
      {"no definition in code", "```\n[//]: # x\n```", Channel::kComment, ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kMarkdown, c.source);
    CHECK(out.regions(c.channel) == c.regions);
    CHECK(out.text(Channel::kVisible) == c.source);
    CHECK(out.pieces.front().borrowed);
    CHECK(out.defect() == "");
  }
}

TEST_CASE("hostile Markdown takes linear time") {
  std::string backticks;
  for (std::size_t i = 1; backticks.size() < 1'000'000; ++i) backticks += std::string(i, '`') + "a";
  const std::string cases[] = {
      backticks,
      repeated("`a``b", 200'000),
      repeated("[", 1'000'000),
      repeated("]", 1'000'000),
      repeated("[a](", 200'000),
      repeated("![a](b \"", 200'000),
      repeated("<!--", 200'000),
      repeated("x <!-- ", 200'000),
      repeated("\n<!-- ", 200'000),
      repeated("[a]: b\n", 200'000),
      repeated("[a]", 300'000),
      repeated("> ", 500'000),
      repeated(">", 1'000'000) + repeated("\n", 100'000),
      repeated("`\n", 500'000),
      repeated("```\n", 200'000),
      repeated("---\n", 200'000),
      repeated("\\", 1'000'000),
      repeated("(", 1'000'000) + "[a](" + repeated("(", 1'000'000),
      repeated("`", 1'000'000),
      std::string(1 << 20, '\0'),
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    CAPTURE(i);
    const ProcessorTime time;
    const Extraction out(MediaKind::kMarkdown, cases[i]);
    CHECK(time.seconds() < ProcessorTime::kLinearMax);
    CHECK(out.pieces.size() == 1);
  }
}

}  // namespace credence
