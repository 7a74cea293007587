#pragma once

#include <memory>

#include "scanners/core/extractor.h"

// The makers of this room's extractors, one for each format; builtin.cc lists them.
namespace credence {

[[nodiscard]] std::unique_ptr<Extractor> make_text_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_rtf_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_markdown_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_html_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_xml_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_json_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_csv_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_pdf_extractor();
[[nodiscard]] std::unique_ptr<Extractor> make_docx_extractor();

// `inner` for layers that may be in another character set than UTF-8: those are
// converted first, and every offset is given in the bytes of the layer.
[[nodiscard]] std::unique_ptr<Extractor> with_charsets(std::unique_ptr<Extractor> inner);

}  // namespace credence
