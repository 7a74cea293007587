#include "scanners/extract/extractor.h"
#include "scanners/extract/formats.h"

namespace credence {

std::vector<std::unique_ptr<Extractor>> builtin_extractors() {
  std::vector<std::unique_ptr<Extractor>> all;

  // Text formats: bytes in any character set.
  all.push_back(with_charsets(make_text_extractor()));
  all.push_back(with_charsets(make_rtf_extractor()));
  all.push_back(with_charsets(make_markdown_extractor()));
  all.push_back(with_charsets(make_html_extractor()));
  all.push_back(with_charsets(make_xml_extractor()));
  all.push_back(with_charsets(make_json_extractor()));
  all.push_back(with_charsets(make_csv_extractor()));

  // Binary formats.
  all.push_back(make_pdf_extractor());
  all.push_back(make_docx_extractor());

  return all;
}

}  // namespace credence
