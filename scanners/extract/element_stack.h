#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scanners/core/chunk.h"
#include "scanners/extract/css.h"
#include "scanners/extract/html_elements.h"

namespace credence {

// The open elements of an HTML document, with what each passes on to the text in
// it: whether it is seen, and whether it is code or a quotation. Follows WHATWG
// HTML 13.2.6 as far as inheritance needs it: implied end tags and scopes, no
// adoption agency, no foster parents.
class ElementStack {
 public:
  static constexpr std::size_t kDepthMax = 512;  // deeper elements count as their parent

  ElementStack();

  // Opens an element. `style` is all that style sheets and attributes say of it.
  void open(std::string_view name, const ElementInfo& info, const StyleFacts& style);

  // Ends the elements whose end tags may be left out before a start tag of `info`.
  void close_implied(const ElementInfo& info) noexcept;

  // Handles an end tag: closes the element and everything in it, if it is open.
  void close(std::string_view name, const ElementInfo& info) noexcept;

  // Why text put here is not seen, by name for a finding's rule; empty if it is.
  [[nodiscard]] std::string_view hidden_by() const noexcept;

  // Hidden the way that text for screen readers is.
  [[nodiscard]] bool only_clipped() const noexcept;

  // Inside an element that is not rendered by design (template, noscript).
  [[nodiscard]] bool unrendered() const noexcept { return top().unrendered; }

  // kCode, kQuote or kVisible.
  [[nodiscard]] Channel channel() const noexcept { return top().channel; }

 private:
  struct Element {
    std::uint64_t name = 0;  // hash
    const ElementInfo* info = nullptr;
    std::uint8_t hides = 0;
    bool unrendered = false;
    Channel channel = Channel::kVisible;
    Rgb color{0, 0, 0};
    Rgb background{255, 255, 255};
  };

  [[nodiscard]] const Element& top() const noexcept { return elements_.back(); }
  void close_group(ElementGroup group) noexcept;
  void cut(std::size_t depth) noexcept;
  [[nodiscard]] static std::size_t bucket(std::uint64_t name) noexcept { return name % 256; }

  std::vector<Element> elements_;  // the first stands for the document and stays
  std::size_t too_deep_ = 0;       // open elements that were not pushed
  // How many elements are open, by name and by group: most searches for one that
  // is not open end here and do not walk the stack.
  std::array<std::uint16_t, 256> names_{};
  std::array<std::uint16_t, 8> groups_{};
};

}  // namespace credence
