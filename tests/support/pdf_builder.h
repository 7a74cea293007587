#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace credence {

// How a line of a PDF looks.
enum class PdfLine { kVisible, kInvisible, kWhite, kTiny, kOffPage };

// Writes a PDF of plain pages. Text is UTF-8; what Latin-1 does not hold is shown
// through a font that maps its codes with a ToUnicode CMap and has no outlines.
//
//   std::string bytes = PdfBuilder().page().line("Hello").property("Title", "A").build();
class PdfBuilder {
 public:
  PdfBuilder();

  // Begins a page; the text then goes down from its top.
  PdfBuilder& page();
  PdfBuilder& line(std::string_view text, PdfLine look = PdfLine::kVisible);
  // Lines of at most 90 characters, broken at blanks.
  PdfBuilder& paragraph(std::string_view text, PdfLine look = PdfLine::kVisible);
  // Adds operators to the page's content as they are.
  PdfBuilder& content(std::string_view operators);
  // Adds entries to the page's resources: "/XObject << /X 9 0 R >>".
  PdfBuilder& resources(std::string_view entries);
  // Adds entries to the page: "/CropBox [0 0 100 100]".
  PdfBuilder& page_entries(std::string_view entries);

  PdfBuilder& property(std::string_view key, std::string_view value);
  PdfBuilder& javascript(std::string_view script);
  PdfBuilder& link(std::string_view uri);
  PdfBuilder& note(std::string_view text);
  PdfBuilder& attachment(std::string_view name, std::string_view bytes);
  // Says that a password is needed.
  PdfBuilder& encrypted();
  // Whether content streams are deflated; they are at first.
  PdfBuilder& compressed(bool on);

  // Adds an object and returns its number.
  int object(std::string_view body);
  // Adds a stream; `entries` go into its dictionary. Deflated when compressed.
  int stream(std::string_view entries, std::string_view bytes);

  [[nodiscard]] std::string build() const;

 private:
  struct Page {
    std::string content;
    std::string resources;
    std::string entries;
    std::string annotations;
    double y = 760;
  };
  void annotate(std::string_view entries);

  std::vector<std::string> objects_;  // object 1 first; some are filled in by build()
  std::vector<Page> pages_;
  std::string information_;
  std::string catalog_;
  bool compressed_ = true;
  bool encrypted_ = false;
};

// `bytes` as zlib data, for /FlateDecode.
[[nodiscard]] std::string zlib_deflate(std::string_view bytes);

// `text` as a PDF string: Latin-1 in parentheses, or UTF-16 in hexadecimal.
[[nodiscard]] std::string pdf_string(std::string_view text);

}  // namespace credence
