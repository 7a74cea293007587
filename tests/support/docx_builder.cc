#include "tests/support/docx_builder.h"

#include "tests/support/zip_builder.h"

namespace credence {
namespace {

constexpr std::string_view kDeclaration =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
constexpr std::string_view kMain =
    R"(xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" )"
    R"(xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" )"
    R"(xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing")";
constexpr std::string_view kRelationshipType =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string run_xml(std::string_view text, DocxRun look) {
  const std::string inner = R"(<w:t xml:space="preserve">)" + escape(text) + "</w:t>";
  switch (look) {
    case DocxRun::kVisible: return "<w:r>" + inner + "</w:r>";
    case DocxRun::kVanish: return "<w:r><w:rPr><w:vanish/></w:rPr>" + inner + "</w:r>";
    case DocxRun::kWhite:
      return R"(<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr>)" + inner + "</w:r>";
    case DocxRun::kTiny: return R"(<w:r><w:rPr><w:sz w:val="2"/></w:rPr>)" + inner + "</w:r>";
    case DocxRun::kDeleted:
      return R"(<w:del w:id="1" w:author="a"><w:r><w:delText xml:space="preserve">)" +
             escape(text) + "</w:delText></w:r></w:del>";
  }
  return "";
}

std::string paragraph_xml(std::string_view text) {
  return "<w:p>" + run_xml(text, DocxRun::kVisible) + "</w:p>";
}

std::string part_xml(std::string_view root, std::string_view inner) {
  std::string out(kDeclaration);
  out += "<w:" + std::string(root) + " " + std::string(kMain) + ">";
  out += inner;
  out += "</w:" + std::string(root) + ">";
  return out;
}

}  // namespace

void DocxBuilder::close_paragraph() {
  if (in_paragraph_) body_ += "</w:p>";
  in_paragraph_ = false;
}

DocxBuilder& DocxBuilder::paragraph(std::string_view text, DocxRun look) {
  close_paragraph();
  body_ += "<w:p>";
  in_paragraph_ = true;
  return run(text, look);
}

DocxBuilder& DocxBuilder::run(std::string_view text, DocxRun look) {
  body_ += run_xml(text, look);
  return *this;
}

DocxBuilder& DocxBuilder::row(const std::vector<std::string>& cells) {
  close_paragraph();
  body_ += "<w:tbl><w:tr>";
  for (const std::string& cell : cells) body_ += "<w:tc>" + paragraph_xml(cell) + "</w:tc>";
  body_ += "</w:tr></w:tbl>";
  return *this;
}

DocxBuilder& DocxBuilder::comment(std::string_view author, std::string_view text) {
  comments_ += R"(<w:comment w:id="0" w:author=")" + escape(author) + "\">" + paragraph_xml(text) +
               "</w:comment>";
  return *this;
}

DocxBuilder& DocxBuilder::header(std::string_view text) {
  header_ += paragraph_xml(text);
  return *this;
}

DocxBuilder& DocxBuilder::footnote(std::string_view text) {
  footnotes_ += R"(<w:footnote w:id="1">)" + paragraph_xml(text) + "</w:footnote>";
  return *this;
}

DocxBuilder& DocxBuilder::property(std::string_view name, std::string_view value) {
  const std::string tag = (name == "keywords" ? "cp:" : "dc:") + std::string(name);
  properties_ += "<" + tag + ">" + escape(value) + "</" + tag + ">";
  return *this;
}

void DocxBuilder::relate(std::string_view type, std::string_view target) {
  relationships_ += "<Relationship Id=\"x" + std::to_string(++relationship_count_) + "\" Type=\"" +
                    std::string(kRelationshipType) + std::string(type) + "\" Target=\"" +
                    escape(target) + "\" TargetMode=\"External\"/>";
}

DocxBuilder& DocxBuilder::link(std::string_view url, std::string_view text) {
  relate("hyperlink", url);
  close_paragraph();
  body_ += "<w:p><w:hyperlink r:id=\"x" + std::to_string(relationship_count_) + "\">" +
           run_xml(text, DocxRun::kVisible) + "</w:hyperlink></w:p>";
  return *this;
}

DocxBuilder& DocxBuilder::picture(std::string_view description) {
  close_paragraph();
  body_ += R"(<w:p><w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr=")" +
           escape(description) + R"("/></wp:inline></w:drawing></w:r></w:p>)";
  return *this;
}

DocxBuilder& DocxBuilder::field(std::string_view code, std::string_view result) {
  close_paragraph();
  body_ +=
      R"(<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>)" + escape(code) +
      R"(</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>)" +
      run_xml(result, DocxRun::kVisible) + R"(<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>)";
  return *this;
}

DocxBuilder& DocxBuilder::attached_template(std::string_view url) {
  relate("attachedTemplate", url);
  return *this;
}

DocxBuilder& DocxBuilder::raw(std::string_view xml) {
  close_paragraph();
  body_ += xml;
  return *this;
}

DocxBuilder& DocxBuilder::styles(std::string_view xml) {
  styles_ += xml;
  return *this;
}

DocxBuilder& DocxBuilder::part(std::string_view name, std::string_view bytes) {
  parts_.emplace_back(name, bytes);
  return *this;
}

std::string DocxBuilder::build() const {
  ZipBuilder zip;
  std::string types(kDeclaration);
  types += R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
           R"(<Default Extension="rels" )"
           R"(ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
           R"(<Default Extension="xml" ContentType="application/xml"/>)"
           R"(<Override PartName="/word/document.xml" ContentType="application/vnd.)"
           R"(openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>)";
  const auto relationships = [](std::string_view inner) {
    return std::string(kDeclaration) +
           R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)" +
           std::string(inner) + "</Relationships>";
  };
  zip.add("[Content_Types].xml", types);
  zip.add("_rels/.rels",
          relationships("<Relationship Id=\"d\" Type=\"" + std::string(kRelationshipType) +
                        "officeDocument\" Target=\"word/document.xml\"/>"));
  zip.add("word/document.xml",
          part_xml("document", "<w:body>" + body_ + (in_paragraph_ ? "</w:p>" : "") + "</w:body>"));
  zip.add("word/_rels/document.xml.rels", relationships(relationships_));
  if (!styles_.empty()) zip.add("word/styles.xml", part_xml("styles", styles_));
  if (!comments_.empty()) zip.add("word/comments.xml", part_xml("comments", comments_));
  if (!header_.empty()) zip.add("word/header1.xml", part_xml("hdr", header_));
  if (!footnotes_.empty()) zip.add("word/footnotes.xml", part_xml("footnotes", footnotes_));
  if (!properties_.empty()) {
    zip.add("docProps/core.xml",
            std::string(kDeclaration) +
                R"(<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/)"
                R"(metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">)" +
                properties_ + "</cp:coreProperties>");
  }
  for (const auto& [name, bytes] : parts_) zip.add(name, bytes);
  return zip.build();
}

}  // namespace credence
