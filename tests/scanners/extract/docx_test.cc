#include <string>

#include <doctest/doctest.h>

#include "tests/support/docx_builder.h"
#include "tests/support/extraction.h"
#include "tests/support/repeated.h"
#include "tests/support/zip_builder.h"

namespace credence {
namespace {

constexpr std::string_view kProse =
    "This sentence is long enough to count as prose when it cannot be seen by anyone.";

Extraction read(const std::string& bytes, const Limits& limits = {}) {
  return Extraction(MediaKind::kDocx, bytes, {}, limits);
}

std::string paragraph(std::string_view run_properties, std::string_view text,
                      std::string_view paragraph_properties = "") {
  return "<w:p><w:pPr>" + std::string(paragraph_properties) + "</w:pPr><w:r><w:rPr>" +
         std::string(run_properties) + "</w:rPr><w:t>" + std::string(text) + "</w:t></w:r></w:p>";
}

}  // namespace

TEST_CASE("paragraphs, runs, tabs and cells become lines and words") {
  const std::string bytes = DocxBuilder()
                                .paragraph("One ")
                                .run("sentence & more.")
                                .paragraph("Zweiter Absatz, 第二段")
                                .row({"a", "b"})
                                .raw(
                                    "<w:p><w:r><w:t>x</w:t><w:tab/><w:t>y</w:t><w:br/>"
                                    "<w:t>z</w:t></w:r></w:p>")
                                .build();
  const Extraction out = read(bytes);
  REQUIRE(out.pieces.size() == 1);
  CHECK(out.pieces[0].text == "One sentence & more.\nZweiter Absatz, 第二段\na\nb\nx\ty\nz");
  CHECK(out.pieces[0].channel == Channel::kVisible);
  CHECK(out.pieces[0].locator == "document");
  CHECK(out.gaps.empty());
  CHECK(out.findings.empty());
  // The span is the packed member.
  const ByteSpan span = out.pieces[0].source();
  const std::size_t header = bytes.find("word/document.xml");
  CHECK(span.offset == header + std::string_view("word/document.xml").size());
}

TEST_CASE("each look of the builder is what it says") {
  const struct {
    const char* name;
    DocxRun look;
    bool hidden;
  } cases[] = {
      {"visible", DocxRun::kVisible, false}, {"vanish", DocxRun::kVanish, true},
      {"white", DocxRun::kWhite, true},      {"tiny", DocxRun::kTiny, true},
      {"deleted", DocxRun::kDeleted, true},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const std::string bytes =
        DocxBuilder().paragraph("Seen. ").run(kProse, c.look).paragraph("Seen again.").build();
    const Extraction out = read(bytes);
    CHECK(out.has(Channel::kHidden, kProse) == c.hidden);
    CHECK(out.has(Channel::kVisible, kProse) != c.hidden);
    CHECK(out.has(Channel::kVisible, "Seen again."));
    CHECK(out.found(FindingCode::kHiddenText) == c.hidden);
    CHECK(out.spans_inside());
  }
}

TEST_CASE("the look of a run comes from all that states it") {
  const struct {
    const char* name;
    std::string styles;
    std::string body;
    bool hidden;
  } cases[] = {
      {"vanish switched off", "", paragraph(R"(<w:vanish w:val="0"/>)", "x"), false},
      {"web only", "", paragraph("<w:webHidden/>", "x"), true},
      {"size 4", "", paragraph(R"(<w:sz w:val="4"/>)", "x"), true},
      {"size 5", "", paragraph(R"(<w:sz w:val="5"/>)", "x"), false},
      {"width 5", "", paragraph(R"(<w:w w:val="5"/>)", "x"), true},
      {"width 6", "", paragraph(R"(<w:w w:val="6"/>)", "x"), false},
      {"nearly white", "", paragraph(R"(<w:color w:val="FAFAFA"/>)", "x"), true},
      {"pale", "", paragraph(R"(<w:color w:val="D0D0D0"/>)", "x"), false},
      {"automatic", "", paragraph(R"(<w:color w:val="auto"/>)", "x"), false},
      {"theme background", "", paragraph(R"(<w:color w:themeColor="background1"/>)", "x"), true},
      {"theme text", "", paragraph(R"(<w:color w:val="000000" w:themeColor="text1"/>)", "x"),
       false},
      {"white on a dark run", "",
       paragraph(R"(<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000080"/>)", "x"), false},
      {"blue on the same blue", "",
       paragraph(R"(<w:color w:val="000080"/><w:shd w:val="clear" w:fill="000080"/>)", "x"), true},
      {"white on a dark paragraph", "",
       paragraph(R"(<w:color w:val="FFFFFF"/>)", "x", R"(<w:shd w:val="clear" w:fill="222222"/>)"),
       false},
      {"white, highlighted", "",
       paragraph(R"(<w:color w:val="FFFFFF"/><w:highlight w:val="black"/>)", "x"), false},
      {"white in a dark cell", "",
       R"(<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="101010"/></w:tcPr>)" +
           paragraph(R"(<w:color w:val="FFFFFF"/>)", "x") + "</w:tc></w:tr></w:tbl>",
       false},
      {"white in a plain cell", "",
       "<w:tbl><w:tr><w:tc>" + paragraph(R"(<w:color w:val="FFFFFF"/>)", "x") +
           "</w:tc></w:tr></w:tbl>",
       true},
      {"white in a table whose style shades",
       R"(<w:style w:type="table" w:styleId="T"><w:tblStylePr w:type="firstRow"><w:tcPr>)"
       R"(<w:shd w:fill="000000"/></w:tcPr></w:tblStylePr></w:style>)",
       R"(<w:tbl><w:tblPr><w:tblStyle w:val="T"/></w:tblPr><w:tr><w:tc>)" +
           paragraph(R"(<w:color w:val="FFFFFF"/>)", "x") + "</w:tc></w:tr></w:tbl>",
       false},
      {"by character style", R"(<w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style>)",
       paragraph(R"(<w:rStyle w:val="S"/>)", "x"), true},
      {"style undone by the run", R"(<w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style>)",
       paragraph(R"(<w:rStyle w:val="S"/><w:vanish w:val="false"/>)", "x"), false},
      {"through what the style is based on",
       R"(<w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>)"
       R"(<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>)",
       paragraph("", "x", R"(<w:pStyle w:val="B"/>)"), true},
      {"styles based on one another",
       R"(<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style>)"
       R"(<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>)",
       paragraph("", "x", R"(<w:pStyle w:val="B"/>)"), false},
      {"default paragraph style",
       R"(<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:sz w:val="1"/></w:rPr>)"
       "</w:style>",
       paragraph("", "x"), true},
      {"document defaults",
       R"(<w:docDefaults><w:rPrDefault><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:rPrDefault>)"
       "</w:docDefaults>",
       paragraph("", "x"), true},
      {"moved away", "", "<w:p><w:moveFrom><w:r><w:t>x</w:t></w:r></w:moveFrom></w:p>", true},
      {"moved here", "", "<w:p><w:moveTo><w:r><w:t>x</w:t></w:r></w:moveTo></w:p>", false},
      {"inserted", "", "<w:p><w:ins><w:r><w:t>x</w:t></w:r></w:ins></w:p>", false},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    DocxBuilder docx;
    if (!c.styles.empty()) docx.styles(c.styles);
    const Extraction out = read(docx.paragraph("Seen.").raw(c.body).build());
    CHECK(out.has(Channel::kHidden, "x") == c.hidden);
    CHECK(out.has(Channel::kVisible, "x") != c.hidden);
  }
}

TEST_CASE("both branches of alternate content are read, once where they agree") {
  const auto alternate = [](std::string_view choice, std::string_view fallback) {
    return "<w:p><w:r><mc:AlternateContent><mc:Choice><w:t>" + std::string(choice) +
           "</w:t></mc:Choice><mc:Fallback><w:t>" + std::string(fallback) +
           "</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>";
  };
  const Extraction same = read(DocxBuilder().raw(alternate("box", "box")).build());
  CHECK(same.text(Channel::kVisible) == "box");
  CHECK(same.text(Channel::kHidden).empty());
  const Extraction other = read(DocxBuilder().raw(alternate("box", "trap")).build());
  CHECK(other.text(Channel::kVisible) == "box");
  CHECK(other.text(Channel::kHidden) == "trap");
}

TEST_CASE("every part of the package is delivered in its own channel") {
  const std::string bytes = DocxBuilder()
                                .paragraph("Body.")
                                .comment("Ann", "a remark")
                                .header("running head")
                                .footnote("a footnote")
                                .property("title", "The title")
                                .link("https://example.org/?q=1", "see there")
                                .picture("a red house")
                                .field("HYPERLINK \"http://f.example/\"", "shown")
                                .part("word/embeddings/data.csv", "a,b\n")
                                .part("customXml/item1.xml", "<a><b>custom text</b></a>")
                                .build();
  const Extraction out = read(bytes);
  CHECK(out.has(Channel::kVisible, "Body."));
  CHECK(out.has(Channel::kComment, "a remark"));
  CHECK(out.has(Channel::kVisible, "running head"));
  CHECK(out.has(Channel::kVisible, "a footnote"));
  CHECK(out.has(Channel::kMetadata, "The title"));
  CHECK(out.has(Channel::kMetadata, "custom text"));
  CHECK(out.has(Channel::kLink, "https://example.org/?q=1"));
  CHECK(out.has(Channel::kLink, "http://f.example/"));
  CHECK(out.has(Channel::kVisible, "see there"));
  CHECK(out.has(Channel::kAltText, "a red house"));
  REQUIRE(out.embeddings.size() == 1);
  CHECK(out.embeddings[0] == Extraction::Embedded{"word/embeddings/data.csv", "a,b\n"});
  CHECK(out.findings.empty());
  CHECK(out.gaps.empty());
  CHECK(out.spans_inside());
}

TEST_CASE("what acts or loads is a finding") {
  const struct {
    const char* name;
    std::string bytes;
    FindingCode code;
    bool found;
  } cases[] = {
      {"macros", DocxBuilder().part("word/vbaProject.bin", "x").build(),
       FindingCode::kActiveContent, true},
      {"DDE", DocxBuilder().field("DDEAUTO c:\\\\x.exe", "x").build(), FindingCode::kActiveContent,
       true},
      {"included text", DocxBuilder().field(" INCLUDETEXT \"http://x/\" ", "x").build(),
       FindingCode::kActiveContent, true},
      {"page number", DocxBuilder().field(" PAGE ", "1").build(), FindingCode::kActiveContent,
       false},
      {"remote template", DocxBuilder().attached_template("http://x/t.dotm").build(),
       FindingCode::kExternalReference, true},
      {"link", DocxBuilder().link("http://x/", "x").build(), FindingCode::kExternalReference,
       false},
      {"document type", DocxBuilder().part("word/a.xml", "<!DOCTYPE a><a/>").build(),
       FindingCode::kMalformed, true},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    CHECK(read(c.bytes).found(c.code) == c.found);
  }
}

TEST_CASE("a directory that contradicts the members is a finding") {
  const std::string document =
      R"(<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>text</w:t></w:r></w:p></w:body></w:document>)";
  const auto package = [&] { return ZipBuilder().add("word/document.xml", document); };
  const struct {
    const char* name;
    std::string bytes;
    FindingCode code;
  } cases[] = {
      {"two of a name", package().add("word/document.xml", document).build(),
       FindingCode::kDuplicateEntry},
      {"other name inside",
       package().add("word/a.xml", "<a/>", {.local_name = "word/b.xml"}).build(),
       FindingCode::kMalformed},
      {"shared bytes", package().alias("word/copy.xml").build(), FindingCode::kDecompressionBomb},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const Extraction out = read(c.bytes);
    CHECK(out.found(c.code));
    CHECK(out.has(Channel::kVisible, "text"));
  }
  const Extraction twin = read(package().add("word/a.xml", "<a/>").build());
  CHECK(twin.findings.empty());
  CHECK(twin.gaps.empty());
}

TEST_CASE("what cannot be read lowers the coverage") {
  const struct {
    const char* name;
    std::string bytes;
    CoverageReason reason;
  } cases[] = {
      {"empty", "", CoverageReason::kMalformed},
      {"no package", std::string(3000, 'x'), CoverageReason::kMalformed},
      {"encrypted member", ZipBuilder().add("word/document.xml", "x", {.encrypted = true}).build(),
       CoverageReason::kEncrypted},
      {"unknown packing", ZipBuilder().add("word/document.xml", "x", {.method = 12}).build(),
       CoverageReason::kUnsupportedKind},
      {"not deflate at all",
       ZipBuilder().add("word/document.xml", "\xFF\xFF", {.deflate = false, .method = 8}).build(),
       CoverageReason::kMalformed},
      {"broken XML", ZipBuilder().add("word/document.xml", "<a><b>text</a>").build(),
       CoverageReason::kMalformed},
      {"deep XML",
       ZipBuilder()
           .add("word/document.xml",
                "<document>" + repeated("<p>", 300) + repeated("</p>", 300) + "</document>")
           .build(),
       CoverageReason::kExpansionLimit},
      {"bomb",
       ZipBuilder().add("word/document.xml", "<document>" + std::string(64U << 20, ' ')).build(),
       CoverageReason::kExpansionLimit},
      {"too many elements for a tree",
       ZipBuilder()
           .add("word/document.xml", "<document>" + repeated("<p/>x1234567", 3'000'000),
                {.deflate = false})
           .build(),
       CoverageReason::kExpansionLimit},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const Extraction out = read(c.bytes);
    CHECK(out.ok);
    CHECK(out.lowered(c.reason));
  }
  const Extraction twin =
      read(ZipBuilder()
               .add("word/document.xml", "<document>" + repeated("<p>", 200) + "<t>text</t>" +
                                             repeated("</p>", 200) + "</document>")
               .build());
  CHECK(twin.gaps.empty());
  CHECK(twin.has(Channel::kVisible, "text"));
}

TEST_CASE("every truncation is survived and never reads as complete") {
  const std::string bytes = DocxBuilder()
                                .paragraph(kProse)
                                .paragraph(kProse, DocxRun::kVanish)
                                .comment("A", "remark")
                                .property("title", "t")
                                .part("word/embeddings/a.txt", "text")
                                .build();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (size % 97 != 0 && size + 200 < bytes.size()) continue;
    CAPTURE(size);
    const Extraction out = read(bytes.substr(0, size));
    CHECK(out.ok);
    CHECK(out.spans_inside());
    // The last two bytes only say how long the archive's comment is.
    if (size + 2 < bytes.size()) CHECK_FALSE(out.gaps.empty());
  }
  // Without its directory the document still gives its text.
  CHECK(read(bytes.substr(0, bytes.size() - 30)).has(Channel::kVisible, kProse));
}

}  // namespace credence
