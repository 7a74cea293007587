#include "scanners/extract/html_attributes.h"

#include <algorithm>

namespace credence {
namespace {

constexpr auto kAttributeNames =
    std::to_array<std::string_view>({"action",     "alt",     "aria-description",
                                     "aria-label", "bgcolor", "class",
                                     "color",      "content", "data",
                                     "formaction", "hidden",  "href",
                                     "id",         "label",   "placeholder",
                                     "poster",     "src",     "srcdoc",
                                     "srcset",     "style",   "summary",
                                     "text",       "title",   "type",
                                     "value"});

static_assert(kAttributeNames.size() == kHtmlAttributeCount);

constexpr std::size_t kNameMax = 16;

}  // namespace

std::optional<HtmlAttribute> find_html_attribute(std::string_view name) noexcept {
  if (name.size() > kNameMax) return std::nullopt;
  std::array<char, kNameMax> folded{};
  std::transform(name.begin(), name.end(), folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string_view key(folded.data(), name.size());
  const auto it = std::lower_bound(kAttributeNames.begin(), kAttributeNames.end(), key);
  if (it == kAttributeNames.end() || *it != key) return std::nullopt;
  return static_cast<HtmlAttribute>(it - kAttributeNames.begin());
}

void TagAttributes::read(const MarkupToken& token) noexcept {
  present_ = 0;
  for (const MarkupAttribute& attribute : token.attributes) {
    const auto known = find_html_attribute(attribute.name);
    if (!known || has(*known)) continue;
    present_ |= 1U << static_cast<unsigned>(*known);
    values_[static_cast<std::size_t>(*known)] = attribute.value;
  }
}

}  // namespace credence
