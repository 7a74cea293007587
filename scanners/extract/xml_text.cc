#include "scanners/extract/xml_text.h"

#include <algorithm>

namespace credence {

std::string text_between_tags(std::string_view xml) {
  std::string out;
  std::size_t at = 0;
  while (at < xml.size()) {
    const std::size_t open = std::min(xml.find('<', at), xml.size());
    const std::string_view text = xml.substr(at, open - at);
    if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      if (!out.empty()) out += '\n';
      out += text;
    }
    const std::size_t close = xml.find('>', open);
    if (close == std::string_view::npos) break;
    at = close + 1;
  }
  return out;
}

}  // namespace credence
