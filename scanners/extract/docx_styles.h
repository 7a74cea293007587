#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pugi {
class xml_node;
}

namespace credence {

// What WordprocessingML (ECMA-376 part 1, 17.3.2) says of a run that decides
// whether it can be seen. Absent members are inherited.
struct DocxLook {
  std::optional<bool> vanish;
  std::optional<std::uint32_t> color;  // 0xRRGGBB or kAuto
  std::optional<double> half_points;
  std::optional<std::uint32_t> shade;  // behind the text; 0xRRGGBB or kAuto
  std::optional<double> width_percent;

  static constexpr std::uint32_t kAuto = 0xFF000000;

  // This, with what `over` states in its place.
  [[nodiscard]] DocxLook with(const DocxLook& over) const noexcept;

  // Whether text of this look on `background` cannot be read.
  [[nodiscard]] bool is_hidden(std::uint32_t background) const noexcept;

  // Reads the properties of a run.
  [[nodiscard]] static DocxLook of_run(const pugi::xml_node& properties);
};

// The name without its namespace prefix: files bind prefixes as they like.
[[nodiscard]] std::string_view docx_local_name(const char* name) noexcept;
[[nodiscard]] pugi::xml_node docx_child(const pugi::xml_node& node, std::string_view local_name);
// "" when absent.
[[nodiscard]] const char* docx_attribute(const pugi::xml_node& node, std::string_view local_name);
// The fill of a w:shd; absent when it paints nothing.
[[nodiscard]] std::optional<std::uint32_t> docx_shade(const pugi::xml_node& shading);

// styles.xml: the look that each style gives, through what it is based on.
class DocxStyles {
 public:
  DocxStyles() = default;
  explicit DocxStyles(const pugi::xml_node& root);

  [[nodiscard]] const DocxLook& defaults() const noexcept { return defaults_; }
  // The look of style `id`, of the default paragraph style for ""; an empty one when
  // there is no such style.
  [[nodiscard]] DocxLook look(std::string_view id) const;
  // Whether a table of style `id` may have shaded cells.
  [[nodiscard]] bool shades_cells(std::string_view id) const;

 private:
  struct Style {
    std::string based_on;
    DocxLook look;
    bool shades_cells = false;
  };
  static constexpr int kBasedOnMax = 32;

  std::map<std::string, Style, std::less<>> styles_;
  DocxLook defaults_;
  std::string default_paragraph_;
};

}  // namespace credence
