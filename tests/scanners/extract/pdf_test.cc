#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/extraction.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/processor_time.h"
#include "tests/support/repeated.h"

namespace credence {
namespace {

constexpr std::string_view kProse =
    "This sentence is long enough to count as prose when it cannot be seen by anyone.";

Extraction read(const std::string& bytes, const Limits& limits = {}) {
  return Extraction(MediaKind::kPdf, bytes, {}, limits);
}

// One page of raw operators, with what its resources hold.
std::string page_of(std::string_view operators, std::string_view resources = "") {
  return PdfBuilder().page().content(operators).resources(resources).build();
}

// The same, not deflated: repetition would deflate beyond the ratio limit.
std::string plain_page_of(std::string_view operators) {
  return PdfBuilder().compressed(false).page().content(operators).build();
}

}  // namespace

TEST_CASE("pages come as visible chunks that point at their content streams") {
  for (const bool compressed : {false, true}) {
    CAPTURE(compressed);
    const std::string bytes = PdfBuilder()
                                  .compressed(compressed)
                                  .page()
                                  .line("First page.")
                                  .line("Second line of it.")
                                  .page()
                                  .line("Второй лист, 第二页")
                                  .build();
    const Extraction out = read(bytes);
    REQUIRE(out.pieces.size() == 2);
    CHECK(out.pieces[0].text == "First page.\nSecond line of it.");
    CHECK(out.pieces[0].locator == "page 1");
    CHECK(out.pieces[0].channel == Channel::kVisible);
    CHECK(out.pieces[1].text == "Второй лист, 第二页");
    CHECK(out.gaps.empty());
    CHECK(out.findings.empty());
    const ByteSpan span = out.pieces[0].source();
    CHECK(span.length < bytes.size() / 2);
    if (!compressed) {
      CHECK(bytes.substr(span.offset, span.length).find("(First page.)") != std::string::npos);
    }
  }
}

TEST_CASE("operators place text in words and lines") {
  const struct {
    const char* name;
    const char* operators;
    const char* text;
  } cases[] = {
      {"kerning inside a word", "BT /F1 10 Tf [(W) 80 (ord)] TJ ET", "Word"},
      {"kerning as a blank", "BT /F1 10 Tf [(two) -300 (words)] TJ ET", "two words"},
      {"a real blank is not doubled", "BT /F1 10 Tf [(two ) -300 (words)] TJ ET", "two words"},
      {"next line", "BT /F1 10 Tf 12 TL (a) Tj T* (b) Tj (c) ' ET", "a\nb\nc"},
      {"TD sets the leading", "BT /F1 10 Tf 0 700 Td (a) Tj 0 -12 TD (b) Tj T* (c) Tj ET",
       "a\nb\nc"},
      {"spacing operator", "BT /F1 10 Tf 12 TL (a) Tj 1 2 (b) \" ET", "a\nb"},
      {"text matrix", "BT /F1 1 Tf 10 0 0 10 50 700 Tm (a) Tj 10 0 0 10 50 688 Tm (b) Tj ET",
       "a\nb"},
      {"column gap", "BT /F1 10 Tf 50 700 Td (left) Tj 200 0 Td (right) Tj ET", "left right"},
      {"superscript stays on the line", "BT /F1 10 Tf (E=mc) Tj 4 Ts (2) Tj ET", "E=mc2"},
      {"escapes", "BT /F1 10 Tf (a\\(b\\)\\\\ \\101\\\nz) Tj ET", "a(b)\\ Az"},
      {"hexadecimal", "BT /F1 10 Tf <48 65 6C6C6F> Tj ET", "Hello"},
      {"odd hexadecimal", "BT /F1 10 Tf <485> Tj ET", "HP"},
      {"comment", "BT /F1 10 Tf % (no) Tj\n(yes) Tj ET", "yes"},
      {"inline image", "BI /W 1 /H 1 ID xx(no) Tj EI BT /F1 10 Tf (yes) Tj ET", "yes"},
      {"WinAnsi", "BT /F1 10 Tf (\\223caf\\351\\224 \\200) Tj ET", "“café” €"},
      {"no font", "BT (text) Tj ET", "text"},
      {"quoted unknown operator", "BT /F1 10 Tf foo (a) Tj ET", "a"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const Extraction out = read(page_of(std::string("1 0 0 1 72 700 cm ") + c.operators));
    CHECK(out.text(Channel::kVisible) + out.text(Channel::kHidden) == c.text);
  }
}

TEST_CASE("text that cannot be seen is hidden, its twin is not") {
  const struct {
    const char* name;
    const char* operators;
    const char* twin;
  } cases[] = {
      {"render mode 3", "3 Tr (x) Tj", "0 Tr (x) Tj"},
      {"render mode 7", "7 Tr (x) Tj", "2 Tr (x) Tj"},
      {"white gray", "1 g (x) Tj", "0.5 g (x) Tj"},
      {"white rgb", "1 1 1 rg (x) Tj", "1 1 0 rg (x) Tj"},
      {"nearly white", "0.98 0.98 0.98 rg (x) Tj", "0.8 0.8 0.8 rg (x) Tj"},
      {"white cmyk", "0 0 0 0 k (x) Tj", "0 0 0 0.5 k (x) Tj"},
      {"white scn", "/DeviceRGB cs 1 1 1 scn (x) Tj", "/DeviceRGB cs 0 0 1 scn (x) Tj"},
      {"ink of no tint", "/Spot cs 0 scn (x) Tj", "/Spot cs 1 scn (x) Tj"},
      {"on a box of its colour", "0 0 1 rg 0 0 612 792 re f (x) Tj",
       "0 0 1 rg 0 0 612 792 re f 1 g (x) Tj"},
      {"white on a white box", "0 g 0 0 612 792 re f 1 g 0 0 612 792 re f (x) Tj",
       "1 g 0 0 612 792 re f 0 g 0 0 612 792 re f 1 g (x) Tj"},
      {"a dark box elsewhere", "0 g 0 0 9 9 re f 1 g (x) Tj", "0 g 60 690 99 99 re f 1 g (x) Tj"},
      {"tiny by size", "/F1 1.7 Tf (x) Tj", "/F1 1.9 Tf (x) Tj"},
      {"tiny by the matrix", "0.1 0 0 0.1 72 700 Tm (x) Tj", "0.2 0 0 0.2 72 700 Tm (x) Tj"},
      {"zero stretch", "0 Tz (x) Tj", "50 Tz (x) Tj"},
      {"left of the page", "1 0 0 1 -500 700 Tm (x) Tj", "1 0 0 1 5 700 Tm (x) Tj"},
      {"above the page", "1 0 0 1 72 900 Tm (x) Tj", "1 0 0 1 72 780 Tm (x) Tj"},
      {"clipped", "0 0 9 9 re W n (x) Tj", "0 0 600 790 re W n (x) Tj"},
      {"transparent", "/Clear gs (x) Tj", "/Half gs (x) Tj"},
  };
  const std::string resources =
      "/ExtGState << /Clear << /ca 0.01 >> /Half << /ca 0.5 >> >> "
      "/ColorSpace << /Spot [/Separation /Gold /DeviceGray << >>] >>";
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    for (const bool hidden : {true, false}) {
      CAPTURE(hidden);
      const std::string operators =
          std::string("BT /F1 12 Tf 1 0 0 1 72 700 Tm ") + (hidden ? c.operators : c.twin) + " ET";
      const Extraction out = read(page_of(operators, resources));
      CHECK(out.has(Channel::kHidden, "x") == hidden);
      CHECK(out.has(Channel::kVisible, "x") != hidden);
      CHECK(out.findings.empty());  // too short for one
    }
  }
}

TEST_CASE("each look of the builder is what it says") {
  const struct {
    const char* name;
    PdfLine look;
    bool hidden;
  } cases[] = {
      {"visible", PdfLine::kVisible, false}, {"invisible", PdfLine::kInvisible, true},
      {"white", PdfLine::kWhite, true},      {"tiny", PdfLine::kTiny, true},
      {"off page", PdfLine::kOffPage, true},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const std::string bytes =
        PdfBuilder().page().line("Seen.").line(kProse, c.look).line("Seen again.").build();
    const Extraction out = read(bytes);
    CHECK(out.has(Channel::kHidden, kProse) == c.hidden);
    CHECK(out.has(Channel::kVisible, kProse) != c.hidden);
    CHECK(out.has(Channel::kVisible, "Seen again."));
    CHECK(out.found(FindingCode::kHiddenText) == c.hidden);
    CHECK(out.spans_inside());
  }
}

TEST_CASE("an invisible layer over a scanned page is no finding") {
  for (const bool whole_page : {true, false}) {
    CAPTURE(whole_page);
    PdfBuilder pdf;
    const int image = pdf.stream(
        "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8",
        "x");
    pdf.page()
        .resources("/XObject << /Scan " + std::to_string(image) + " 0 R >>")
        .content(whole_page ? "q 612 0 0 792 0 0 cm /Scan Do Q" : "q 60 0 0 80 0 0 cm /Scan Do Q")
        .line(kProse, PdfLine::kInvisible);
    const Extraction out = read(pdf.build());
    CHECK(out.has(Channel::kHidden, kProse));
    CHECK(out.found(FindingCode::kHiddenText) != whole_page);
  }
}

TEST_CASE("letters hidden inside visible words are also given as drawn") {
  const std::string hidden = page_of(
      "BT /F1 12 Tf 72 700 Td 0 Tr (ig) Tj 3 Tr (n) Tj 0 Tr (o) Tj 3 Tr (r) Tj 0 Tr (e) Tj ET");
  const Extraction out = read(hidden);
  CHECK(out.has(Channel::kHidden, "ignore"));
  const Extraction twin = read(page_of("BT /F1 12 Tf 72 700 Td (a word ) Tj 3 Tr ( apart) Tj ET"));
  CHECK_FALSE(twin.has(Channel::kHidden, "a word"));
}

TEST_CASE("fonts give the text of their codes") {
  const struct {
    const char* name;
    std::string font;
    std::string to_unicode;
    const char* shown;
    const char* text;
  } cases[] = {
      {"differences", "/Subtype /Type1 /Encoding << /Differences [65 /eacute /uni20AC /fi] >>", "",
       "(ABC)", "é€\uFB01"},
      {"MacRoman", "/Subtype /TrueType /Encoding /MacRomanEncoding", "", "<8E>", "é"},
      {"bfchar", "/Subtype /Type1", "1 beginbfchar <41> <00660069> endbfchar", "(A)", "fi"},
      {"bfrange", "/Subtype /Type1", "1 beginbfrange <41> <43> <0078> endbfrange", "(ABC)", "xyz"},
      {"bfrange with an array", "/Subtype /Type1",
       "1 beginbfrange <41> <42> [<0078> <D83DDE00>] endbfrange", "(AB)", "x😀"},
      {"two-byte codes", "/Subtype /Type0 /Encoding /Identity-H",
       "1 beginbfchar <0102> <0041> endbfchar", "<01020102>", "AA"},
      {"UTF-16 codes", "/Subtype /Type0 /Encoding /UniJIS-UTF16-H", "", "<65E5D83DDE00>", "日😀"},
      {"backward range", "/Subtype /Type1", "1 beginbfrange <43> <41> <0078> endbfrange", "(B)",
       "B"},
      {"usecmap of itself", "/Subtype /Type1", "/A usecmap 1 beginbfchar <41> <0078> endbfchar",
       "(A)", "x"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    PdfBuilder pdf;
    std::string font = "<< /Type /Font " + c.font;
    if (!c.to_unicode.empty()) {
      font += " /ToUnicode " + std::to_string(pdf.stream("", c.to_unicode)) + " 0 R";
    }
    const int number = pdf.object(font + " >>");
    // A second font category entry wins over the builder's own.
    const int form = pdf.stream("/Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /T " +
                                    std::to_string(number) + " 0 R >> >>",
                                std::string("BT /T 12 Tf 72 700 Td ") + c.shown + " Tj ET");
    pdf.page().resources("/XObject << /X " + std::to_string(form) + " 0 R >>").content("/X Do");
    CHECK(read(pdf.build()).text(Channel::kVisible) == c.text);
  }
}

TEST_CASE("what stands outside the pages is delivered in its own channel") {
  const std::string bytes = PdfBuilder()
                                .page()
                                .line("Page.")
                                .content("/Span << /ActualText (spoken words) >> BDC EMC")
                                .link("https://example.org/a?b=c")
                                .note("a remark in the margin")
                                .property("Title", "The title")
                                .property("Keywords", "schön, 鍵")
                                .javascript("app.alert(1);")
                                .attachment("data.csv", "a,b\n1,2\n")
                                .build();
  const Extraction out = read(bytes);
  CHECK(out.has(Channel::kMetadata, "The title"));
  CHECK(out.has(Channel::kMetadata, "schön, 鍵"));
  CHECK(out.has(Channel::kLink, "https://example.org/a?b=c"));
  CHECK(out.has(Channel::kComment, "a remark in the margin"));
  CHECK(out.has(Channel::kAltText, "spoken words"));
  CHECK(out.has(Channel::kCode, "app.alert(1);"));
  CHECK(out.found(FindingCode::kActiveContent));
  REQUIRE(out.embeddings.size() == 1);
  CHECK(out.embeddings[0] == Extraction::Embedded{"data.csv", "a,b\n1,2\n"});
  CHECK(out.gaps.empty());
  CHECK(out.spans_inside());
  CHECK(out.source_of("a remark in the margin") == "(a remark in the margin)");
}

TEST_CASE("objects of every kind are read") {
  const struct {
    const char* name;
    const char* object;
    Channel channel;
    const char* text;
    bool active;
  } cases[] = {
      {"form field", "<< /FT /Tx /T (name) /V (a value) >>", Channel::kVisible, "a value", false},
      {"field help", "<< /FT /Tx /TU (help text) >>", Channel::kAltText, "help text", false},
      {"outline", "<< /Title (Chapter 1) /Parent 1 0 R >>", Channel::kMetadata, "Chapter 1", false},
      {"figure", "<< /S /Figure /Alt (a red house) >>", Channel::kAltText, "a red house", false},
      {"free text", "<< /Rect [0 0 1 1] /Subtype /FreeText /Contents (note) >>", Channel::kVisible,
       "note", false},
      {"hidden annotation", "<< /Rect [0 0 1 1] /Subtype /Text /F 2 /Contents (note) >>",
       Channel::kHidden, "note", false},
      {"launch", "<< /S /Launch /F (run.exe) >>", Channel::kLink, "run.exe", true},
      {"custom key", "<< /Private (some text of forty characters or more, in words) >>",
       Channel::kMetadata, "some text of forty", false},
      {"go to", "<< /S /GoTo /D (there) >>", Channel::kMetadata, "", false},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    PdfBuilder pdf;
    pdf.object(c.object);
    const Extraction out = read(pdf.page().line("Page.").build());
    CHECK(out.has(c.channel, c.text));
    CHECK(out.found(FindingCode::kActiveContent) == c.active);
  }
}

TEST_CASE("what cannot be read lowers the coverage") {
  const std::string whole = PdfBuilder().page().line("Page.").build();
  PdfBuilder no_pages;
  const struct {
    const char* name;
    std::string bytes;
    CoverageReason reason;
    Coverage coverage;
  } cases[] = {
      {"encrypted", PdfBuilder().page().line("Page.").encrypted().build(),
       CoverageReason::kEncrypted, Coverage::kSkipped},
      {"empty", "", CoverageReason::kMalformed, Coverage::kSkipped},
      {"no PDF", std::string(2000, 'x'), CoverageReason::kMalformed, Coverage::kSkipped},
      {"half of it", whole.substr(0, whole.size() / 2), CoverageReason::kMalformed,
       Coverage::kSkipped},
      {"no pages", no_pages.build(), CoverageReason::kMalformed, Coverage::kPartial},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const Extraction out = read(c.bytes);
    CHECK(out.ok);
    REQUIRE_FALSE(out.gaps.empty());
    CHECK(out.gaps[0].reason == c.reason);
    CHECK(out.gaps[0].coverage == c.coverage);
  }
  CHECK(read(whole).gaps.empty());
}

TEST_CASE("a damaged directory is rebuilt and said so") {
  std::string bytes = PdfBuilder().page().line("Page.").build();
  bytes.replace(bytes.find("startxref") + 10, 1, "9");
  const Extraction out = read(bytes);
  CHECK(out.has(Channel::kVisible, "Page."));
  CHECK(out.lowered(CoverageReason::kMalformed));
}

TEST_CASE("every truncation is survived and never reads as complete") {
  PdfBuilder pdf;
  for (int i = 0; i < 3; ++i) pdf.page().paragraph(kProse).note("note").link("http://a.b/");
  const std::string bytes =
      pdf.javascript("x()").attachment("a", "b").property("Title", "t").build();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (size % 97 != 0 && size + 200 < bytes.size()) continue;
    CAPTURE(size);
    const Extraction out = read(bytes.substr(0, size));
    CHECK(out.ok);
    CHECK(out.spans_inside());
    if (size + 7 < bytes.size()) CHECK_FALSE(out.gaps.empty());
  }
}

TEST_CASE("hostile files end soon and say what was left out") {
  const auto reference = [](int number) { return std::to_string(number) + " 0 R"; };
  const auto bomb = [](int layers) {
    PdfBuilder pdf;
    std::string bytes(64U << 20, ' ');
    std::string filters;
    for (int i = 0; i < layers; ++i) {
      bytes = zlib_deflate(bytes);
      filters += " /FlateDecode";
    }
    pdf.compressed(false);
    const int content = pdf.stream("/Filter [" + filters + "]", bytes);
    return pdf.page().page_entries("/Contents " + std::to_string(content) + " 0 R").build();
  };
  const auto self_form = [&] {
    PdfBuilder pdf;
    // The form is the object after this one.
    const int resources = pdf.object("<< /XObject << /X 7 0 R >> >>");
    pdf.stream("/Subtype /Form /Resources " + reference(resources), "/X Do /X Do");
    return pdf.page().resources("/XObject << /X 7 0 R >>").content("/X Do").build();
  };
  const auto doubling_forms = [&] {
    PdfBuilder pdf;
    int inner = pdf.stream("/Subtype /Form", "BT (a) Tj ET");
    for (int i = 0; i < 14; ++i) {
      inner =
          pdf.stream("/Subtype /Form /Resources << /XObject << /X " + reference(inner) + " >> >>",
                     "/X Do /X Do /X Do");
    }
    return pdf.page()
        .resources("/XObject << /X " + reference(inner) + " >>")
        .content("/X Do")
        .build();
  };
  const auto deep_forms = [&](int depth) {
    PdfBuilder pdf;
    int inner = pdf.stream("/Subtype /Form", "BT /F1 9 Tf (innermost) Tj ET");
    for (int i = 1; i < depth; ++i) {
      inner = pdf.stream(
          "/Subtype /Form /Resources << /XObject << /X " + reference(inner) + " >> >>", "/X Do");
    }
    return pdf.page()
        .resources("/XObject << /X " + reference(inner) + " >>")
        .content("/X Do")
        .build();
  };
  const auto page_dag = [&] {
    PdfBuilder pdf;
    std::string kids = "<< /Type /Page >>";
    int node = pdf.object(kids);
    for (int i = 0; i < 40; ++i) {
      node =
          pdf.object("<< /Type /Pages /Kids [" + reference(node) + " " + reference(node) + "] >>");
    }
    std::string bytes = pdf.page().build();
    const std::string wanted = "/Pages 2 0 R";
    const std::string other = "/Pages " + reference(node);
    bytes.replace(bytes.find(wanted), wanted.size(), other);
    return bytes;
  };
  const auto huge_length = [&] {
    std::string bytes = PdfBuilder().compressed(false).page().line("Page.").build();
    const std::size_t at = bytes.find("/Length ");
    return bytes.replace(at, 8, "/Length 99999999");
  };
  const struct {
    const char* name;
    std::string bytes;
    bool limited;
    const char* text;  // that is delivered all the same
  } cases[] = {
      {"flate bomb", bomb(1), true, ""},
      {"cascade of flate", bomb(3), true, ""},
      {"form inside itself", self_form(), false, ""},
      {"forms that double", doubling_forms(), true, ""},
      {"forms 16 deep", deep_forms(16), false, "innermost"},
      {"forms 17 deep", deep_forms(17), true, ""},
      {"page tree with shared nodes", page_dag(), false, ""},
      {"huge length", huge_length(), false, ""},
      {"flood of q", plain_page_of(repeated("q ", 3'000'000)), false, ""},
      {"more operators than the limit", plain_page_of(repeated("q ", 5'000'001)), true, ""},
      {"many arrays", plain_page_of(repeated("[", 2'000'000) + " BT /F1 9 Tf 9 9 Td (seen) Tj ET"),
       false, ""},
      {"many strings", plain_page_of(repeated("()", 2'000'000)), false, ""},
      {"unclosed strings", plain_page_of(repeated("(", 2'000'000)), false, ""},
      {"unclosed inline images", plain_page_of(repeated("ID ", 1'000'000)), false, ""},
      {"many Q", plain_page_of(repeated("Q ", 100'000) + "BT /F1 9 Tf 9 9 Td (seen) Tj ET"), false,
       "seen"},
      {"513 q, 513 Q",
       plain_page_of(repeated("q ", 513) + repeated("Q ", 513) + "BT /F1 9 Tf 9 9 Td (seen) Tj ET"),
       false, "seen"},
  };
  for (const auto& c : cases) {
    CAPTURE(std::string(c.name));
    const ProcessorTime time;
    const Extraction out = read(c.bytes);
    CHECK(time.seconds() < 8);
    CHECK(out.ok);
    CHECK(out.lowered(CoverageReason::kExpansionLimit) == c.limited);
    CHECK((out.text(Channel::kVisible) + out.text(Channel::kHidden)).find(c.text) !=
          std::string::npos);
    CHECK(out.spans_inside());
  }
}

// Looking for the ends of streams that have none costs qpdf the square of the size.
TEST_CASE("the rebuilding of a broken file ends with its time") {
  std::string bytes = "%PDF-1.4\n";
  for (int i = 1; i < 20'000; ++i) {
    bytes += std::to_string(i) + " 0 obj <</Length 999999>> stream\nx\n";
  }
  bytes += "trailer <</Root 1 0 R>>\n";
  Limits limits;
  limits.deadline_ms = 300;
  limits.deadline_ms_per_mib = 0;
  const ProcessorTime time;
  const Extraction out = read(bytes, limits);
  CHECK(time.seconds() < 5);
  CHECK(out.lowered(CoverageReason::kDeadline));
}

TEST_CASE("a spent budget stops the reading") {
  class Late final : public Clock {
   public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const noexcept override {
      return start_ + std::chrono::hours(calls_++);
    }
    [[nodiscard]] std::int64_t unix_ms() const noexcept override { return 0; }

   private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    mutable int calls_ = 0;
  };
  const std::string bytes = PdfBuilder().page().line("Page.").build();
  const Extraction out(MediaKind::kPdf, bytes, {}, {}, Late());
  CHECK(out.lowered(CoverageReason::kDeadline));
  CHECK_FALSE(out.has(Channel::kVisible, "Page."));
}

}  // namespace credence
