#include "tests/support/pdf_builder.h"

#include <algorithm>
#include <cstdio>

#include <zlib.h>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

// Objects that build() fills in.
constexpr int kCatalog = 1;
constexpr int kPages = 2;
constexpr int kLatinFont = 3;
constexpr int kWideFont = 4;
constexpr int kInformation = 5;
constexpr int kFirstFree = 6;
constexpr double kLineHeight = 14;
constexpr std::size_t kLineSizeMax = 90;

std::string reference(int object) { return std::to_string(object) + " 0 R"; }

std::u32string code_points(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    out += point.value;
    text.remove_prefix(point.length == 0 ? 1 : point.length);
  }
  return out;
}

bool is_latin(std::u32string_view text) {
  return std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x100; });
}

std::string literal(std::u32string_view text) {
  std::string out = "(";
  for (const char32_t c : text) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += static_cast<char>(c);
  }
  return out + ")";
}

std::string utf16_hex(std::u32string_view text, bool mark) {
  std::string out = mark ? "<FEFF" : "<";
  const auto put = [&out](unsigned unit) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%04X", unit & 0xFFFF);
    out += digits;
  };
  for (char32_t c : text) {
    if (c < 0x10000) {
      put(c);
    } else {
      c -= 0x10000;
      put(0xD800 + (c >> 10));
      put(0xDC00 + (c & 0x3FF));
    }
  }
  return out + ">";
}

constexpr std::string_view kIdentityToUnicode =
    "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
    "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap";

std::string stream_object(std::string_view entries, std::string_view bytes) {
  std::string out = "<< " + std::string(entries) + " /Length " + std::to_string(bytes.size());
  out += " >>\nstream\n";
  out += bytes;
  return out + "\nendstream";
}

}  // namespace

std::string zlib_deflate(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<unsigned char*>(out.data()), &size,
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

std::string pdf_string(std::string_view text) {
  const std::u32string points = code_points(text);
  return is_latin(points) ? literal(points) : utf16_hex(points, true);
}

PdfBuilder::PdfBuilder() : objects_(kFirstFree - 1) {}

PdfBuilder& PdfBuilder::page() {
  pages_.emplace_back();
  return *this;
}

PdfBuilder& PdfBuilder::line(std::string_view text, PdfLine look) {
  Page& page = pages_.back();
  const std::u32string points = code_points(text);
  const bool latin = is_latin(points);
  const double size = look == PdfLine::kTiny ? 0.5 : 11;
  const int x = look == PdfLine::kOffPage ? -2000 : 72;
  std::string out = "q BT ";
  if (look == PdfLine::kInvisible) out += "3 Tr ";
  if (look == PdfLine::kWhite) out += "1 1 1 rg ";
  char place[96];
  std::snprintf(place, sizeof place, "/%s %g Tf %d %g Td ", latin ? "F1" : "F2", size, x, page.y);
  out += place;
  out += latin ? literal(points) : utf16_hex(points, false);
  page.content += out + " Tj ET Q\n";
  page.y -= kLineHeight;
  return *this;
}

PdfBuilder& PdfBuilder::paragraph(std::string_view text, PdfLine look) {
  while (!text.empty()) {
    std::size_t cut = text.size();
    if (cut > kLineSizeMax) {
      cut = text.rfind(' ', kLineSizeMax);
      if (cut == std::string_view::npos || cut == 0) cut = utf8_floor(text, kLineSizeMax);
    }
    line(text.substr(0, cut), look);
    text.remove_prefix(cut);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  return *this;
}

PdfBuilder& PdfBuilder::content(std::string_view operators) {
  pages_.back().content.append(operators).append("\n");
  return *this;
}

PdfBuilder& PdfBuilder::resources(std::string_view entries) {
  pages_.back().resources.append(" ").append(entries);
  return *this;
}

PdfBuilder& PdfBuilder::page_entries(std::string_view entries) {
  pages_.back().entries.append(" ").append(entries);
  return *this;
}

PdfBuilder& PdfBuilder::property(std::string_view key, std::string_view value) {
  information_ += " /" + std::string(key) + " " + pdf_string(value);
  return *this;
}

PdfBuilder& PdfBuilder::javascript(std::string_view script) {
  catalog_ += " /OpenAction << /S /JavaScript /JS " + pdf_string(script) + " >>";
  return *this;
}

void PdfBuilder::annotate(std::string_view entries) {
  const int number = object("<< /Type /Annot /Rect [72 72 200 90] " + std::string(entries) + " >>");
  pages_.back().annotations += " " + reference(number);
}

PdfBuilder& PdfBuilder::link(std::string_view uri) {
  annotate("/Subtype /Link /A << /S /URI /URI " + pdf_string(uri) + " >>");
  return *this;
}

PdfBuilder& PdfBuilder::note(std::string_view text) {
  annotate("/Subtype /Text /Contents " + pdf_string(text));
  return *this;
}

PdfBuilder& PdfBuilder::attachment(std::string_view name, std::string_view bytes) {
  const int file = stream("/Type /EmbeddedFile", bytes);
  const std::string title = pdf_string(name);
  const int specification = object("<< /Type /Filespec /F " + title + " /UF " + title +
                                   " /EF << /F " + reference(file) + " >> >>");
  catalog_ +=
      " /Names << /EmbeddedFiles << /Names [" + title + " " + reference(specification) + "] >> >>";
  return *this;
}

PdfBuilder& PdfBuilder::encrypted() {
  encrypted_ = true;
  return *this;
}

PdfBuilder& PdfBuilder::compressed(bool on) {
  compressed_ = on;
  return *this;
}

int PdfBuilder::object(std::string_view body) {
  objects_.emplace_back(body);
  return static_cast<int>(objects_.size());
}

int PdfBuilder::stream(std::string_view entries, std::string_view bytes) {
  if (!compressed_) return object(stream_object(entries, bytes));
  return object(stream_object(std::string(entries) + " /Filter /FlateDecode", zlib_deflate(bytes)));
}

std::string PdfBuilder::build() const {
  PdfBuilder all = *this;
  std::string kids;
  for (const Page& page : pages_) {
    const int content = all.stream("", page.content);
    std::string body = "<< /Type /Page /Parent " + reference(kPages) + " /Contents " +
                       reference(content) + " /Resources << /Font << /F1 " + reference(kLatinFont) +
                       " /F2 " + reference(kWideFont) + " >>" + page.resources + " >>" +
                       page.entries;
    if (!page.annotations.empty()) body += " /Annots [" + page.annotations + "]";
    kids += " " + reference(all.object(body + " >>"));
  }
  const auto set = [&all](int number, std::string body) {
    all.objects_[static_cast<std::size_t>(number - 1)] = std::move(body);
  };
  const int to_unicode = all.stream("", kIdentityToUnicode);
  set(kCatalog, "<< /Type /Catalog /Pages " + reference(kPages) + catalog_ + " >>");
  set(kPages, "<< /Type /Pages /MediaBox [0 0 612 792] /Count " + std::to_string(pages_.size()) +
                  " /Kids [" + kids + "] >>");
  set(kLatinFont,
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  set(kWideFont,
      "<< /Type /Font /Subtype /Type0 /BaseFont /Wide /Encoding /Identity-H /ToUnicode " +
          reference(to_unicode) +
          " /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Wide "
          "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> "
          ">>] >>");
  set(kInformation, "<<" + information_ + " >>");

  std::string out = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
  std::vector<std::size_t> offsets;
  for (std::size_t i = 0; i < all.objects_.size(); ++i) {
    offsets.push_back(out.size());
    out += std::to_string(i + 1) + " 0 obj\n" + all.objects_[i] + "\nendobj\n";
  }
  const std::size_t table = out.size();
  const std::string size = std::to_string(offsets.size() + 1);
  out += "xref\n0 " + size + "\n0000000000 65535 f \n";
  for (const std::size_t offset : offsets) {
    char entry[24];
    std::snprintf(entry, sizeof entry, "%010zu 00000 n \n", offset);
    out += entry;
  }
  out += "trailer\n<< /Size " + size + " /Root " + reference(kCatalog) + " /Info " +
         reference(kInformation);
  if (encrypted_) {
    const std::string key(64, 'A');
    out += " /ID [<" + key + "> <" + key + ">] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" +
           key + "> /U <" + key + "> >>";
  }
  return out + " >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
}

}  // namespace credence
