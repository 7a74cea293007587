#pragma once

#include <string>
#include <string_view>

namespace credence {

// The text between the tags of `xml`, a line an element, entities kept as they
// are. For XML that is not worth a tree or too large for one. Linear.
[[nodiscard]] std::string text_between_tags(std::string_view xml);

}  // namespace credence
