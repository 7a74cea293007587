#pragma once

#include <cstdint>
#include <string_view>

namespace credence {

// Elements that end an open one of the same group when they start.
enum class ElementGroup : std::uint8_t {
  kNone,
  kParagraph,
  kItem,
  kTerm,
  kOption,
  kCell,
  kRow,
  kSection,
};

enum class ElementContent : std::uint8_t {
  kMarkup,
  kVoid,       // no content and no end tag
  kRawText,    // text up to the end tag, references not decoded
  kRcData,     // the same, references decoded
  kScript,     // the same, with script data's escapes
  kPlainText,  // the rest of the document
};

struct ElementInfo {
  std::string_view name;  // lower case
  ElementContent content = ElementContent::kMarkup;
  ElementGroup group = ElementGroup::kNone;
  std::uint8_t stops = 0;  // bit 1 << group: an open element of it is not ended across this one
  bool block = false;      // starts and ends on a line of its own
  bool closes_paragraph = false;
  bool code = false;
  bool quote = false;
  bool unrendered = false;  // template, noscript ...: not shown where scripts run
};

// What is known of the element `name`, in any case; a row with an empty name for others.
[[nodiscard]] const ElementInfo& find_element(std::string_view name) noexcept;

}  // namespace credence
