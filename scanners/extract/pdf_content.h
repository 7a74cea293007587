#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace credence {

// A token of a content stream or a CMap (ISO 32000-1, 7.2 and 7.8.2). `raw` borrows
// the stream: a name without its '/', a string with its delimiters.
struct PdfToken {
  enum class Type {
    kEnd,
    kNumber,
    kName,
    kString,
    kArrayBegin,
    kArrayEnd,
    kDictionaryBegin,
    kDictionaryEnd,
    kOperator,
  };
  Type type = Type::kEnd;
  double number = 0;
  std::string_view raw;
};

// Cuts a content stream into tokens. Linear; reads anything; borrows the bytes.
class PdfLexer {
 public:
  explicit PdfLexer(std::string_view bytes) noexcept : bytes_(bytes) {}

  [[nodiscard]] PdfToken next() noexcept;
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

  // After the operator ID: moves past the data of the inline image and its EI.
  void skip_inline_image() noexcept;

 private:
  void skip_blanks() noexcept;
  [[nodiscard]] PdfToken number() noexcept;
  [[nodiscard]] PdfToken literal_string() noexcept;
  [[nodiscard]] PdfToken hex_string() noexcept;
  [[nodiscard]] std::string_view regular() noexcept;

  std::string_view bytes_;
  std::size_t position_ = 0;
};

// The bytes that a string token stands for: borrowed from it where it holds no
// escape, else written to `scratch`.
[[nodiscard]] std::string_view pdf_string_bytes(std::string_view raw, std::string& scratch);

// The name that a name token stands for, its #xx undone.
[[nodiscard]] std::string pdf_name_text(std::string_view raw);

}  // namespace credence
