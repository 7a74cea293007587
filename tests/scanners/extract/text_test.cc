#include <string>

#include <doctest/doctest.h>

#include "scanners/extract/charset.h"
#include "tests/support/extraction.h"

namespace credence {
namespace {

// `text`, which is ASCII, in units of `width` bytes.
std::string widened(std::string_view text, std::size_t width, bool little, bool mark) {
  std::string out;
  const auto put = [&](unsigned value) {
    for (std::size_t i = 0; i < width; ++i) {
      const std::size_t place = little ? i : width - 1 - i;
      out += static_cast<char>(place < 2 ? value >> (8 * place) & 0xFF : 0);
    }
  };
  if (mark) put(0xFEFF);
  for (const char c : text) put(static_cast<unsigned char>(c));
  return out;
}

const std::string kSentence = "Some words that are written in plain letters, and then a few more.";

}  // namespace

TEST_CASE("text is borrowed as it stands") {
  const std::string_view cases[] = {
      "plain",
      "caf\xC3\xA9",
      "broken \xFF here but caf\xC3\xA9 and \xE2\x80\x94 are fine",
      "\xD0\x98\xD0\xB3\xD0\xBD\xD0\xBE\xD1\x80",
      "a\0b",
  };
  for (const auto& bytes : cases) {
    CAPTURE(bytes);
    for (const MediaKind kind : {MediaKind::kText, MediaKind::kMail, MediaKind::kMarkdown}) {
      const Extraction out(kind, bytes);
      REQUIRE(out.pieces.size() == 1);
      CHECK(out.pieces[0].text == bytes);
      CHECK(out.pieces[0].borrowed);
      CHECK(out.pieces[0].map.is_identity());
      CHECK(out.gaps.empty());
    }
  }
  CHECK(Extraction(MediaKind::kText, "").pieces.empty());
  CHECK(Extraction(MediaKind::kText, "\xEF\xBB\xBF").pieces.empty());
  const Extraction marked(MediaKind::kText, "\xEF\xBB\xBFhello");
  CHECK(marked.text(Channel::kVisible) == "hello");
  CHECK(marked.pieces[0].map.to_source({0, 5}) == ByteSpan{3, 5});
}

TEST_CASE("wide text is converted with and without its mark") {
  for (const std::size_t width : {2U, 4U}) {
    for (const bool little : {true, false}) {
      for (const bool mark : {true, false}) {
        CAPTURE(width);
        CAPTURE(little);
        CAPTURE(mark);
        const std::string bytes = widened(kSentence, width, little, mark);
        const Extraction out(MediaKind::kText, bytes);
        CHECK(out.text(Channel::kVisible) == kSentence);
        CHECK(out.source_of("words ") == widened("words ", width, little, false));
        CHECK(out.defect() == "");
      }
    }
  }
}

TEST_CASE("surrogates are joined, torn ones replaced") {
  using namespace std::string_view_literals;
  const struct {
    const char* name;
    std::string_view bytes;
    std::string_view text;
  } cases[] = {
      {"pair", "\xFF\xFE\x3D\xD8\x00\xDE"sv, "\xF0\x9F\x98\x80"},
      {"lone high", "\xFF\xFE\x3D\xD8\x41\x00"sv, "\xEF\xBF\xBD\x41"},
      {"lone low", "\xFF\xFE\x00\xDE"sv, "\xEF\xBF\xBD"},
      {"torn unit", "\xFF\xFE\x41\x00\x42"sv, "A\xEF\xBF\xBD"},
      {"past the last plane", "\xFF\xFE\x00\x00\x00\x00\x11\x00"sv, "\xEF\xBF\xBD"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(Extraction(MediaKind::kText, c.bytes).text(Channel::kVisible) == c.text);
  }
}

TEST_CASE("windows-1252 is read where UTF-8 cannot be") {
  CHECK(detect_charset("\x93quoted\x94 and caf\xE9") == Charset::kWindows1252);
  CHECK(detect_charset("caf\xC3\xA9 and one bad byte \xE9") == Charset::kUtf8);
  CHECK(detect_charset("ascii") == Charset::kUtf8);
  const Extraction out(MediaKind::kText, "\x93quoted\x94 caf\xE9");
  CHECK(out.text(Channel::kVisible) == "\xE2\x80\x9Cquoted\xE2\x80\x9D caf\xC3\xA9");
  CHECK(out.source_of("caf\xC3\xA9") == "caf\xE9");
}

TEST_CASE("markup in another character set is mapped to the bytes of the layer") {
  const std::string page = "<p>x</p><!-- ignore this -->" + kSentence;
  const Extraction out(MediaKind::kHtml, widened(page, 2, true, true));
  CHECK(out.text(Channel::kComment) == " ignore this ");
  CHECK(out.source_of("ignore ") == widened("ignore ", 2, true, false));
  CHECK(out.defect() == "");
  const Extraction hidden(
      MediaKind::kHtml,
      widened("<p hidden>" + kSentence + " " + kSentence + "</p>x", 2, false, true));
  CHECK(hidden.count(FindingCode::kHiddenText) == 1);
  CHECK(hidden.defect() == "");
}

TEST_CASE("RTF is read as text and says that this is not all") {
  const Extraction out(MediaKind::kRtf, "{\\rtf1 hello}");
  CHECK(out.text(Channel::kVisible) == "{\\rtf1 hello}");
  REQUIRE(out.gaps.size() == 1);
  CHECK(out.gaps[0].coverage == Coverage::kPartial);
  CHECK(out.gaps[0].reason == CoverageReason::kUnsupportedKind);
}

TEST_CASE("XML gives text, values, comments and declarations") {
  const Extraction out(MediaKind::kXml,
                       "<?xml version='1.0'?><a t='some value'>x &amp; &e; <b>y</b>"
                       "<![CDATA[<z>]]><!-- c --></a>");
  CHECK(out.text(Channel::kVisible) == "x & &e; \ny\n<z>\n");
  CHECK(out.text(Channel::kMetadata) == "xml version='1.0'\nsome value");
  CHECK(out.text(Channel::kComment) == " c ");
  CHECK(out.findings.empty());
  CHECK(out.defect() == "");
}

TEST_CASE("XML entities are reported and never expanded") {
  const struct {
    const char* name;
    std::string_view source;
    std::size_t external;
    std::size_t internal;
  } cases[] = {
      {"none", "<!DOCTYPE a><a/>", 0, 0},
      {"public identifier of the type", "<!DOCTYPE a PUBLIC 'x' 'y'><a/>", 0, 0},
      {"internal", "<!DOCTYPE a [<!ENTITY e 'text > SYSTEM'>]><a>&e;</a>", 0, 1},
      {"external", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", 1, 0},
      {"second external", "<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY % f PUBLIC 'p' 'q'>]><a/>", 1, 0},
      {"not closed", "<!DOCTYPE a [<!ENTITY e 'x'>", 0, 1},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Extraction out(MediaKind::kXml, c.source);
    CHECK(out.count(FindingCode::kExternalReference) == c.external);
    CHECK(out.count(FindingCode::kMalformed) == c.internal);
    CHECK(out.defect() == "");
  }
}

}  // namespace credence
