#include "scanners/extract/html_elements.h"

#include <algorithm>
#include <array>

namespace credence {
namespace {

constexpr std::uint8_t bit(ElementGroup group) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(group));
}

constexpr std::uint8_t kAllGroups = 0xFF;
constexpr std::uint8_t kInCell = bit(ElementGroup::kParagraph) | bit(ElementGroup::kItem) |
                                 bit(ElementGroup::kTerm) | bit(ElementGroup::kOption);

// In byte order of the name.
constexpr auto kElements = std::to_array<ElementInfo>({
    {.name = "a"},
    {.name = "address", .block = true, .closes_paragraph = true},
    {.name = "area", .content = ElementContent::kVoid},
    {.name = "article", .block = true, .closes_paragraph = true},
    {.name = "aside", .block = true, .closes_paragraph = true},
    {.name = "audio", .block = true},
    {.name = "b"},
    {.name = "base", .content = ElementContent::kVoid},
    {.name = "basefont", .content = ElementContent::kVoid},
    {.name = "bgsound", .content = ElementContent::kVoid},
    {.name = "big"},
    {.name = "blockquote", .block = true, .closes_paragraph = true, .quote = true},
    {.name = "body", .block = true},
    {.name = "br", .content = ElementContent::kVoid, .block = true},
    {.name = "button", .stops = bit(ElementGroup::kParagraph), .block = true},
    {.name = "canvas", .block = true},
    {.name = "caption", .stops = kInCell, .block = true},
    {.name = "center", .block = true, .closes_paragraph = true},
    {.name = "cite"},
    {.name = "code", .code = true},
    {.name = "col", .content = ElementContent::kVoid},
    {.name = "datalist", .stops = bit(ElementGroup::kOption), .unrendered = true},
    {.name = "dd", .group = ElementGroup::kTerm, .block = true, .closes_paragraph = true},
    {.name = "desc", .block = true},
    {.name = "details", .block = true, .closes_paragraph = true},
    {.name = "dialog", .block = true, .closes_paragraph = true},
    {.name = "dir", .block = true, .closes_paragraph = true},
    {.name = "div", .block = true, .closes_paragraph = true},
    {.name = "dl", .stops = bit(ElementGroup::kTerm), .block = true, .closes_paragraph = true},
    {.name = "dt", .group = ElementGroup::kTerm, .block = true, .closes_paragraph = true},
    {.name = "em"},
    {.name = "embed", .content = ElementContent::kVoid},
    {.name = "fieldset", .block = true, .closes_paragraph = true},
    {.name = "figcaption", .block = true, .closes_paragraph = true},
    {.name = "figure", .block = true, .closes_paragraph = true},
    {.name = "font"},
    {.name = "footer", .block = true, .closes_paragraph = true},
    {.name = "form", .block = true, .closes_paragraph = true},
    {.name = "frame", .content = ElementContent::kVoid},
    {.name = "h1", .block = true, .closes_paragraph = true},
    {.name = "h2", .block = true, .closes_paragraph = true},
    {.name = "h3", .block = true, .closes_paragraph = true},
    {.name = "h4", .block = true, .closes_paragraph = true},
    {.name = "h5", .block = true, .closes_paragraph = true},
    {.name = "h6", .block = true, .closes_paragraph = true},
    {.name = "head", .block = true},
    {.name = "header", .block = true, .closes_paragraph = true},
    {.name = "hgroup", .block = true, .closes_paragraph = true},
    {.name = "hr", .content = ElementContent::kVoid, .block = true, .closes_paragraph = true},
    {.name = "html", .block = true},
    {.name = "i"},
    {.name = "iframe", .content = ElementContent::kRawText, .block = true},
    {.name = "img", .content = ElementContent::kVoid},
    {.name = "input", .content = ElementContent::kVoid},
    {.name = "kbd", .code = true},
    {.name = "keygen", .content = ElementContent::kVoid},
    {.name = "label"},
    {.name = "legend", .block = true},
    {.name = "li", .group = ElementGroup::kItem, .block = true, .closes_paragraph = true},
    {.name = "link", .content = ElementContent::kVoid},
    {.name = "listing", .block = true, .closes_paragraph = true, .code = true},
    {.name = "main", .block = true, .closes_paragraph = true},
    {.name = "mark"},
    {.name = "math", .stops = bit(ElementGroup::kParagraph), .block = true},
    {.name = "menu", .stops = bit(ElementGroup::kItem), .block = true, .closes_paragraph = true},
    {.name = "meta", .content = ElementContent::kVoid},
    {.name = "nav", .block = true, .closes_paragraph = true},
    {.name = "nobr"},
    {.name = "noembed", .content = ElementContent::kRawText, .unrendered = true},
    {.name = "noframes", .content = ElementContent::kRawText, .block = true, .unrendered = true},
    {.name = "noscript", .block = true, .unrendered = true},
    {.name = "object", .stops = bit(ElementGroup::kParagraph), .block = true},
    {.name = "ol", .stops = bit(ElementGroup::kItem), .block = true, .closes_paragraph = true},
    {.name = "optgroup", .group = ElementGroup::kOption, .block = true},
    {.name = "option", .group = ElementGroup::kOption, .block = true},
    {.name = "p", .group = ElementGroup::kParagraph, .block = true, .closes_paragraph = true},
    {.name = "param", .content = ElementContent::kVoid},
    {.name = "plaintext",
     .content = ElementContent::kPlainText,
     .block = true,
     .closes_paragraph = true,
     .code = true},
    {.name = "pre", .block = true, .closes_paragraph = true, .code = true},
    {.name = "q"},
    {.name = "s"},
    {.name = "samp", .code = true},
    {.name = "script", .content = ElementContent::kScript},
    {.name = "search", .block = true, .closes_paragraph = true},
    {.name = "section", .block = true, .closes_paragraph = true},
    {.name = "select", .stops = bit(ElementGroup::kOption), .block = true},
    {.name = "small"},
    {.name = "source", .content = ElementContent::kVoid},
    {.name = "span"},
    {.name = "strike"},
    {.name = "strong"},
    {.name = "style", .content = ElementContent::kRawText},
    {.name = "sub"},
    {.name = "summary", .block = true, .closes_paragraph = true},
    {.name = "sup"},
    {.name = "svg", .stops = bit(ElementGroup::kParagraph), .block = true},
    {.name = "table", .stops = kAllGroups, .block = true, .closes_paragraph = true},
    {.name = "tbody", .group = ElementGroup::kSection, .block = true},
    {.name = "td", .group = ElementGroup::kCell, .stops = kInCell},
    {.name = "template", .stops = kAllGroups, .block = true, .unrendered = true},
    {.name = "text", .block = true},
    {.name = "textarea", .content = ElementContent::kRcData, .block = true},
    {.name = "tfoot", .group = ElementGroup::kSection, .block = true},
    {.name = "th", .group = ElementGroup::kCell, .stops = kInCell},
    {.name = "thead", .group = ElementGroup::kSection, .block = true},
    {.name = "title", .content = ElementContent::kRcData, .block = true},
    {.name = "tr", .group = ElementGroup::kRow, .stops = bit(ElementGroup::kCell), .block = true},
    {.name = "track", .content = ElementContent::kVoid},
    {.name = "tspan", .block = true},
    {.name = "tt", .code = true},
    {.name = "u"},
    {.name = "ul", .stops = bit(ElementGroup::kItem), .block = true, .closes_paragraph = true},
    {.name = "var", .code = true},
    {.name = "video", .block = true},
    {.name = "wbr", .content = ElementContent::kVoid},
    {.name = "xmp",
     .content = ElementContent::kRawText,
     .block = true,
     .closes_paragraph = true,
     .code = true},
});

constexpr std::size_t kNameMax = 16;
constexpr ElementInfo kUnknown{};

}  // namespace

const ElementInfo& find_element(std::string_view name) noexcept {
  if (name.size() > kNameMax) return kUnknown;
  std::array<char, kNameMax> folded{};
  std::transform(name.begin(), name.end(), folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string_view key(folded.data(), name.size());
  const auto it = std::lower_bound(
      kElements.begin(), kElements.end(), key,
      [](const ElementInfo& element, std::string_view wanted) { return element.name < wanted; });
  return it != kElements.end() && it->name == key ? *it : kUnknown;
}

}  // namespace credence
