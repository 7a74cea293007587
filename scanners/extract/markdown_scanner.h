#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "scanners/core/chunk.h"

namespace credence {

// Finds the parts of a Markdown text that are not its visible prose: front matter,
// fenced code, code spans, block quotes, HTML comments, link targets and titles,
// alternative texts of images, link reference definitions. A definition that
// nothing refers to ("[//]: # (...)") is a comment: no renderer shows it.
//
// Follows CommonMark 0.31 where it decides between those; lists, indented code and
// nesting inside block quotes are not modelled. Linear in the text.
class MarkdownScanner {
 public:
  static constexpr std::size_t kRegionsMax = 100'000;  // later parts count as prose
  static constexpr std::size_t kDefinitionsMax = 4'096;

  explicit MarkdownScanner(std::string_view text) noexcept : text_(text) {}

  // The regions, ascending and disjoint. Call it once.
  [[nodiscard]] std::vector<Region> scan();

 private:
  struct Fence {
    char mark = 0;  // 0: none is open
    std::size_t length = 0;
    std::size_t begin = 0;
  };
  struct Definition {
    std::uint64_t label;  // hash
    std::size_t region;
    bool footnote;
  };

  void read_front_matter();
  void read_line();
  bool read_fence(std::size_t line, std::size_t end);
  bool read_definition(std::size_t line, std::size_t end);
  void read_inline(std::size_t end, Channel base);
  void read_code_span(std::size_t end);
  void read_comment(bool at_line_start);
  void read_link(std::size_t end);
  void judge_definitions();
  void mark(std::size_t begin, std::size_t end, Channel channel);
  [[nodiscard]] std::size_t paragraph_end(std::size_t from) noexcept;
  [[nodiscard]] std::size_t line_end(std::size_t from) const noexcept;

  static constexpr std::size_t kBackticksMax = 16;
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Region> regions_;
  Fence fence_;
  std::vector<Definition> definitions_;
  std::size_t bracket_ = kNone;  // the last '[' of the line that is open
  bool comments_close_ = true;   // there may be a "-->" ahead
  std::size_t paragraph_end_ = 0;
  std::array<bool, kBackticksMax + 1> unclosed_{};  // runs that the paragraph does not close
};

}  // namespace credence
