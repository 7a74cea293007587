#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/core/offset_map.h"
#include "scanners/extract/docx_styles.h"
#include "scanners/extract/split_text.h"

namespace credence {

// The text of one part of WordprocessingML and what else it says.
struct DocxPart {
  SplitText text;
  std::vector<std::string> alternatives;  // descriptions and titles of drawings
  std::vector<std::string> fields;        // field codes: "HYPERLINK …", "DDEAUTO …"
  std::vector<std::string> properties;    // aliases and tags of content controls, variables
  bool complete = true;                   // false when depth or time cut it short
};

// Reads the tree below `root`, a part whose bytes lie at `source` in the layer.
// Elements are known by local name alone.
[[nodiscard]] DocxPart read_docx_part(const pugi::xml_node& root, const DocxStyles& styles,
                                      ByteSpan source, Budget& budget);

}  // namespace credence
