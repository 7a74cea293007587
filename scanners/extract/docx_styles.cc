#include "scanners/extract/docx_styles.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

#include <pugixml.hpp>

namespace credence {
namespace {

constexpr std::size_t kStylesMax = 10'000;
constexpr double kHalfPointsHiddenMax = 4;
constexpr double kWidthPercentHiddenMax = 5;
constexpr int kContrastMin = 16;  // of 255, in some channel
constexpr std::uint32_t kWhite = 0xFFFFFF;

std::optional<std::uint32_t> parse_color(std::string_view text) noexcept {
  if (text == "auto") return DocxLook::kAuto;
  if (text.size() != 6) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + 6, value, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return value;
}

// The theme's first background is white in practice; its others are looked up
// nowhere: writers state the computed colour beside the theme's name.
std::optional<std::uint32_t> color_of(const pugi::xml_node& node, std::string_view value,
                                      std::string_view theme) {
  const std::string_view name = docx_attribute(node, theme);
  const bool shifted =
      *docx_attribute(node, "themeShade") != '\0' || *docx_attribute(node, "themeTint") != '\0';
  if (!shifted && (name == "background1" || name == "light1" || name == "bg1" || name == "lt1")) {
    return kWhite;
  }
  return parse_color(docx_attribute(node, value));
}

std::optional<std::uint32_t> highlight_color(std::string_view name) noexcept {
  if (name.empty() || name == "none") return std::nullopt;
  constexpr std::pair<std::string_view, std::uint32_t> kColors[] = {
      {"white", 0xFFFFFF}, {"black", 0x000000}, {"yellow", 0xFFFF00},
      {"green", 0x00FF00}, {"cyan", 0x00FFFF},  {"magenta", 0xFF00FF},
      {"blue", 0x0000FF},  {"red", 0xFF0000},   {"lightGray", 0xC0C0C0},
  };
  for (const auto& [known, color] : kColors) {
    if (name == known) return color;
  }
  return 0x404040;  // the dark ones
}

bool is_on(const pugi::xml_node& node) {
  const std::string_view value = docx_attribute(node, "val");
  return value != "0" && value != "false" && value != "off";
}

std::optional<double> number_of(const pugi::xml_node& node) {
  const char* text = docx_attribute(node, "val");
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text) return std::nullopt;
  return value;
}

bool same_color(std::uint32_t a, std::uint32_t b) noexcept {
  for (int shift = 0; shift <= 16; shift += 8) {
    const int difference =
        static_cast<int>(a >> shift & 0xFF) - static_cast<int>(b >> shift & 0xFF);
    if (std::abs(difference) >= kContrastMin) return false;
  }
  return true;
}

}  // namespace

std::string_view docx_local_name(const char* name) noexcept {
  const char* colon = std::strchr(name, ':');
  return colon == nullptr ? name : colon + 1;
}

pugi::xml_node docx_child(const pugi::xml_node& node, std::string_view local_name) {
  for (const pugi::xml_node child : node.children()) {
    if (docx_local_name(child.name()) == local_name) return child;
  }
  return {};
}

const char* docx_attribute(const pugi::xml_node& node, std::string_view local_name) {
  for (const pugi::xml_attribute attribute : node.attributes()) {
    if (docx_local_name(attribute.name()) == local_name) return attribute.value();
  }
  return "";
}

std::optional<std::uint32_t> docx_shade(const pugi::xml_node& shading) {
  if (!shading) return std::nullopt;
  const auto fill = color_of(shading, "fill", "themeFill");
  if (!fill || *fill == DocxLook::kAuto) return std::nullopt;
  return fill;
}

DocxLook DocxLook::with(const DocxLook& over) const noexcept {
  DocxLook out = *this;
  if (over.vanish) out.vanish = over.vanish;
  if (over.color) out.color = over.color;
  if (over.half_points) out.half_points = over.half_points;
  if (over.shade) out.shade = over.shade;
  if (over.width_percent) out.width_percent = over.width_percent;
  return out;
}

bool DocxLook::is_hidden(std::uint32_t background) const noexcept {
  if (vanish.value_or(false)) return true;
  if (half_points && *half_points <= kHalfPointsHiddenMax) return true;
  if (width_percent && *width_percent <= kWidthPercentHiddenMax) return true;
  if (!color || *color == kAuto) return false;
  const std::uint32_t behind = shade.value_or(background);
  return behind != kAuto && same_color(*color, behind);
}

DocxLook DocxLook::of_run(const pugi::xml_node& properties) {
  DocxLook look;
  for (const pugi::xml_node node : properties.children()) {
    const std::string_view name = docx_local_name(node.name());
    if (name == "vanish" || name == "specVanish" || name == "webHidden") {
      look.vanish = look.vanish.value_or(false) || is_on(node);
    } else if (name == "color") {
      look.color = color_of(node, "val", "themeColor");
    } else if (name == "sz") {
      look.half_points = number_of(node);
    } else if (name == "w") {
      look.width_percent = number_of(node);
    } else if (name == "shd") {
      if (const auto shade = docx_shade(node)) look.shade = shade;
    } else if (name == "highlight") {
      if (const auto shade = highlight_color(docx_attribute(node, "val"))) look.shade = shade;
    }
  }
  return look;
}

DocxStyles::DocxStyles(const pugi::xml_node& root) {
  const pugi::xml_node defaults = docx_child(root, "docDefaults");
  defaults_ = DocxLook::of_run(docx_child(docx_child(defaults, "rPrDefault"), "rPr"));
  for (const pugi::xml_node node : root.children()) {
    if (docx_local_name(node.name()) != "style" || styles_.size() == kStylesMax) continue;
    Style style;
    style.based_on = docx_attribute(docx_child(node, "basedOn"), "val");
    style.look = DocxLook::of_run(docx_child(node, "rPr"));
    for (const pugi::xml_node part : node.children()) {
      const pugi::xml_node cell = docx_child(part, "tcPr");
      const pugi::xml_node shading = docx_child(cell ? cell : part, "shd");
      style.shades_cells = style.shades_cells || docx_shade(shading).value_or(kWhite) != kWhite;
    }
    const char* id = docx_attribute(node, "styleId");
    const std::string_view is_default = docx_attribute(node, "default");
    const std::string_view type = docx_attribute(node, "type");
    if (type == "paragraph" && (is_default == "1" || is_default == "true")) default_paragraph_ = id;
    styles_.emplace(id, std::move(style));
  }
}

DocxLook DocxStyles::look(std::string_view id) const {
  std::array<const Style*, kBasedOnMax> chain{};
  std::size_t count = 0;
  if (id.empty()) id = default_paragraph_;
  for (auto it = styles_.find(id); it != styles_.end() && count < chain.size();
       it = styles_.find(it->second.based_on)) {
    chain[count++] = &it->second;
  }
  DocxLook look;
  while (count > 0) look = look.with(chain[--count]->look);
  return look;
}

bool DocxStyles::shades_cells(std::string_view id) const {
  auto it = styles_.find(id);
  for (int i = 0; i < kBasedOnMax && it != styles_.end(); ++i) {
    if (it->second.shades_cells) return true;
    it = styles_.find(it->second.based_on);
  }
  return false;
}

}  // namespace credence
