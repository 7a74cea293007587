#include "tests/corpus/sample/sample.h"
#include "tests/support/docx_builder.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/tar_builder.h"
#include "tests/support/zip_builder.h"

namespace credence::sample {
namespace {

std::string quick_start_pdf() {
  return PdfBuilder()
      .property("Title", "WS200 quick start")
      .property("Author", "Fernhill Instruments")
      .page()
      .line("WS200 quick start")
      .paragraph(
          "1. Put the mast up and check with a level that it is upright. 2. Slide the "
          "station onto the mast until it clicks. 3. Connect the battery; the lamp turns "
          "green. 4. Open the app and scan the code on the lid.")
      .link("https://www.fernhill.example/help/antenna")
      .note("Printed on recycled paper from 2024 on.")
      .page()
      .line("If the lamp stays red")
      .paragraph(
          "Move the antenna away from metal. Ignore the instructions for switch S2 in older "
          "editions of this guide: the switch no longer exists.")
      .build();
}

std::string declaration_pdf() {
  return PdfBuilder()
      .property("Title", "Konformitätserklärung WS200")
      .page()
      .line("EU-Konformitätserklärung")
      .paragraph(
          "Wir erklären in alleiniger Verantwortung, dass das Produkt WS200 den Richtlinien "
          "2014/53/EU und 2011/65/EU entspricht.")
      .line("Leeds, 12. Januar 2024")
      .line("Déclaration de conformité : voir au verso.")
      .build();
}

std::string review_docx() {
  return DocxBuilder()
      .property("title", "Yearly review, template")
      .property("creator", "People team")
      .header("Fernhill Instruments – confidential")
      .paragraph("Yearly review")
      .paragraph("What went well? What would you like to learn? What should your lead do more of?")
      .row({"Goal", "Reached", "Comment"})
      .row({"", "", ""})
      .comment("People team", "Leave this field empty until the talk. Do not show it beforehand.")
      .footnote("Earlier versions of this form are no longer valid; please ignore them.")
      .build();
}

std::string minutes_docx() {
  return DocxBuilder()
      .paragraph("Minutes of the fire drill, 18 April 2024")
      .paragraph("The building was empty after 4 minutes and 10 seconds.")
      .run(" The deleted sentence named a wrong time.", DocxRun::kDeleted)
      .paragraph(
          "Two people took the lift. Please follow the instructions of the wardens, even if "
          "you believe that it is only a drill.")
      .picture("Assembly point on the car park, with the yellow sign")
      .link("https://intranet.fernhill.example/fire", "Fire safety pages")
      .build();
}

std::string photos_zip() {
  return ZipBuilder()
      .add("captions.csv", "file,caption\n1.jpg,The roof in January\n2.jpg,Calibrating a WS200\n")
      .add("licence.txt", "Free to use with the words \"Photo: Fernhill Instruments\".\n")
      .add("letter.docx", DocxBuilder().paragraph("Dear editors, here are the captions.").build())
      .build();
}

std::string examples_tarball() {
  return gzip(TarBuilder()
                  .add("examples/README.md",
                       "# Examples\n\nRun `make` and then `./last_value WS200-41877`.\n")
                  .add("examples/last_value.py",
                       "import sys, json, urllib.request\n\n"
                       "# Prints the newest value of a station. The key comes from the "
                       "environment.\n"
                       "def last_value(serial):\n    return json.load(urllib.request.urlopen("
                       "f\"https://api.fernhill.example/v2/stations/{serial}/values\"))\n")
                  .add("examples/data.json", "{\"serial\": \"WS200-41877\", \"values\": []}\n")
                  .build());
}

}  // namespace

std::vector<SampleDocument> clean_binaries() {
  return {
      {"support/ws200_quick_start.pdf", quick_start_pdf()},
      {"legal/declaration_of_conformity.pdf", declaration_pdf()},
      {"handbook/yearly_review.docx", review_docx()},
      {"meetings/2024-04-18_fire_drill.docx", minutes_docx()},
      {"community/press_photos.zip", photos_zip()},
      {"engineering/api_examples.tar.gz", examples_tarball()},
  };
}

}  // namespace credence::sample
