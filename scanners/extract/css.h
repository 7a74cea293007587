#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace credence {

struct Rgb {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  bool operator==(const Rgb&) const = default;
};

// Whether text of one colour on the other cannot be read.
[[nodiscard]] bool indistinguishable(Rgb a, Rgb b) noexcept;

// Ways in which a declaration hides text.
enum class Hiding : std::uint8_t {
  kDisplay,     // display: none
  kVisibility,  // visibility: hidden
  kOpacity,     // opacity below 0.1, transparent colour
  kTinyFont,    // font-size of 2 px or less
  kOffScreen,   // moved out of the page, scaled to nothing
  kClipped,     // clipped away or of no size
};
inline constexpr std::size_t kHidingCount = 6;

// What declarations say about the visibility of an element.
struct StyleFacts {
  std::uint8_t hides = 0;  // bit 1 << Hiding
  std::uint8_t shows = 0;  // properties of those kinds that were set to something else
  std::optional<Rgb> color;
  std::optional<Rgb> background;

  [[nodiscard]] bool empty() const noexcept {
    return hides == 0 && shows == 0 && !color && !background;
  }
  // Lays `other`, which has precedence, over these.
  void overlay(const StyleFacts& other) noexcept;
};

[[nodiscard]] std::optional<Rgb> parse_color(std::string_view value);

// Reads the declarations of a style attribute or of a rule: the subset above.
// Escapes and comments are understood; past kDeclarationsMax bytes it stops.
[[nodiscard]] StyleFacts read_declarations(std::string_view css);
inline constexpr std::size_t kDeclarationsMax = 4096;

// The rules of <style> elements whose selector is a type, a class, an id or a type
// with a class, and whose declarations bear on visibility. Rules inside at-rules
// and those with other selectors are passed over.
class StyleSheet {
 public:
  static constexpr std::size_t kRulesMax = 10'000;

  // Adds the rules of a style sheet; linear in it.
  void add(std::string_view css);

  [[nodiscard]] bool empty() const noexcept { return rules_.empty(); }

  // Facts of the rules for an element, by ascending precedence: type, classes, id.
  // `type` is in lower case.
  [[nodiscard]] StyleFacts match(std::string_view type, std::string_view classes,
                                 std::string_view id) const;

 private:
  void add_rule(std::string_view selectors, const StyleFacts& facts);
  void overlay(std::string_view selector, StyleFacts& facts) const;

  std::map<std::string, StyleFacts, std::less<>> rules_;  // "p", ".note", "#id", "p.note"
};

}  // namespace credence
