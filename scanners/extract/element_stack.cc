#include "scanners/extract/element_stack.h"

#include <array>

namespace credence {
namespace {

constexpr std::uint8_t bit(Hiding hiding) noexcept {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(hiding));
}

// A descendant can undo these, and no others.
constexpr std::uint8_t kUndoable = bit(Hiding::kVisibility) | bit(Hiding::kTinyFont);

constexpr std::array<std::string_view, kHidingCount> kHidingNames = {
    "display_none", "visibility_hidden", "opacity", "tiny_font", "off_screen", "clipped"};

// FNV-1a of the name in lower case.
std::uint64_t name_hash(std::string_view name) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : name.substr(0, 64)) {
    const char folded = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    hash = (hash ^ static_cast<unsigned char>(folded)) * 0x100000001B3ULL;
  }
  return hash;
}

bool is_table_part(const ElementInfo& info) noexcept {
  return info.group == ElementGroup::kCell || info.group == ElementGroup::kRow ||
         info.group == ElementGroup::kSection || info.name == "table" || info.name == "template" ||
         info.name == "caption";
}

}  // namespace

ElementStack::ElementStack() {
  elements_.reserve(64);
  elements_.push_back({});
  elements_.back().info = &find_element({});
}

void ElementStack::open(std::string_view name, const ElementInfo& info, const StyleFacts& style) {
  if (elements_.size() >= kDepthMax) {
    ++too_deep_;
    return;
  }
  Element element = top();
  element.name = name_hash(name);
  element.info = &info;
  element.hides =
      static_cast<std::uint8_t>((element.hides & ~(style.shows & kUndoable)) | style.hides);
  element.unrendered = element.unrendered || info.unrendered;
  if (info.code) {
    element.channel = Channel::kCode;
  } else if (info.quote && element.channel == Channel::kVisible) {
    element.channel = Channel::kQuote;
  }
  if (style.color) element.color = *style.color;
  if (style.background) element.background = *style.background;
  ++names_[bucket(element.name)];
  ++groups_[static_cast<std::size_t>(info.group)];
  elements_.push_back(element);
}

// Closes the elements from `depth` on.
void ElementStack::cut(std::size_t depth) noexcept {
  for (; elements_.size() > depth; elements_.pop_back()) {
    --names_[bucket(top().name)];
    --groups_[static_cast<std::size_t>(top().info->group)];
  }
}

void ElementStack::close_group(ElementGroup group) noexcept {
  if (groups_[static_cast<std::size_t>(group)] == 0) return;
  for (std::size_t i = elements_.size() - 1; i > 0; --i) {
    const ElementInfo& info = *elements_[i].info;
    if (info.group == group) {
      cut(i);
      return;
    }
    if ((info.stops & (1U << static_cast<unsigned>(group))) != 0) return;
  }
}

void ElementStack::close_implied(const ElementInfo& info) noexcept {
  if (too_deep_ > 0) return;
  if (info.group != ElementGroup::kNone) close_group(info.group);
  if (info.group == ElementGroup::kRow || info.group == ElementGroup::kSection) return;
  if (info.closes_paragraph) close_group(ElementGroup::kParagraph);
}

void ElementStack::close(std::string_view name, const ElementInfo& info) noexcept {
  if (too_deep_ > 0) {
    --too_deep_;
    return;
  }
  const std::uint64_t hash = name_hash(name);
  if (names_[bucket(hash)] == 0) return;
  for (std::size_t i = elements_.size() - 1; i > 0; --i) {
    if (elements_[i].name == hash) {
      cut(i);
      return;
    }
    const ElementInfo& crossed = *elements_[i].info;
    if (is_table_part(crossed) ? !is_table_part(info) : crossed.block && !info.block) return;
  }
}

std::string_view ElementStack::hidden_by() const noexcept {
  const Element& element = top();
  for (std::size_t i = 0; i < kHidingCount; ++i) {
    if ((element.hides & (1U << i)) != 0) return kHidingNames[i];
  }
  if (element.unrendered) return "unrendered";
  if (indistinguishable(element.color, element.background)) return "color";
  return {};
}

bool ElementStack::only_clipped() const noexcept { return top().hides == bit(Hiding::kClipped); }

}  // namespace credence
