#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace credence {

// How a run of a DOCX looks.
enum class DocxRun { kVisible, kVanish, kWhite, kTiny, kDeleted };

// Writes a DOCX package. Text is UTF-8 and is escaped.
//
//   std::string bytes = DocxBuilder().paragraph("Hello").property("title", "A").build();
class DocxBuilder {
 public:
  // A paragraph of one run; run() adds more to it.
  DocxBuilder& paragraph(std::string_view text, DocxRun look = DocxRun::kVisible);
  DocxBuilder& run(std::string_view text, DocxRun look = DocxRun::kVisible);
  // A table of one row.
  DocxBuilder& row(const std::vector<std::string>& cells);
  DocxBuilder& comment(std::string_view author, std::string_view text);
  DocxBuilder& header(std::string_view text);
  DocxBuilder& footnote(std::string_view text);
  // "title", "subject", "creator", "description", "keywords".
  DocxBuilder& property(std::string_view name, std::string_view value);
  DocxBuilder& link(std::string_view url, std::string_view text);
  DocxBuilder& picture(std::string_view description);
  DocxBuilder& field(std::string_view code, std::string_view result);
  DocxBuilder& attached_template(std::string_view url);
  // Adds WordprocessingML to the body as it is.
  DocxBuilder& raw(std::string_view xml);
  // The styles of the document: the inner XML of w:styles.
  DocxBuilder& styles(std::string_view xml);
  // Adds a part: "word/vbaProject.bin", "word/embeddings/a.txt".
  DocxBuilder& part(std::string_view name, std::string_view bytes);

  [[nodiscard]] std::string build() const;

 private:
  void close_paragraph();
  void relate(std::string_view type, std::string_view target);

  std::string body_;
  bool in_paragraph_ = false;
  std::string comments_;
  std::string header_;
  std::string footnotes_;
  std::string properties_;
  std::string styles_;
  std::string relationships_;
  int relationship_count_ = 0;
  std::vector<std::pair<std::string, std::string>> parts_;
};

}  // namespace credence
