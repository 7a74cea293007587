#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace credence {

// A CMap embedded in a PDF (ISO 32000-1, 9.7.5 and 9.10.3): how strings are cut
// into codes, and the text that a code stands for. Bounded; usecmap is ignored.
class PdfCMap {
 public:
  PdfCMap() = default;

  [[nodiscard]] static PdfCMap parse(std::string_view bytes);

  [[nodiscard]] bool has_text() const noexcept { return !ranges_.empty(); }
  [[nodiscard]] bool has_code_space() const noexcept { return !code_space_.empty(); }

  // Bytes of the code that starts `text`; 1..4, and at most text.size(). `text` is
  // not empty.
  [[nodiscard]] std::size_t code_size(std::string_view text) const noexcept;

  // Appends the text of `code`; false, and nothing, when it has none.
  [[nodiscard]] bool append_text(std::uint32_t code, std::string& out) const;

 private:
  struct CodeSpace {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::size_t size = 1;
  };
  // Codes low..high stand for prefix + (last + code - low).
  struct Range {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    char32_t last = 0;
    std::uint32_t prefix = 0;  // in prefixes_
    std::uint32_t prefix_size = 0;
  };

  void add_range(std::uint32_t low, std::uint32_t high, std::string_view utf16);

  std::vector<CodeSpace> code_space_;
  std::vector<Range> ranges_;  // ascending by low
  std::string prefixes_;
};

}  // namespace credence
