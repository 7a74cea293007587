#pragma once

#include <string>
#include <string_view>

struct UNormalizer2;

namespace credence::normalise {

// ICU's NFKC for short pieces of valid UTF-8. ICU is quadratic in the length of a
// run of combining marks, so a piece is at most kPieceMax code points long.
class Nfkc {
 public:
  static constexpr int kPieceMax = 96;

  Nfkc();

  // NFKC of `piece`; false, and `out` unspecified, when ICU refuses.
  [[nodiscard]] bool normalise(std::string_view piece, std::string& out) const;

  // NFKC of one code point; empty when it is that code point.
  [[nodiscard]] std::string of_point(char32_t c) const;

 private:
  const UNormalizer2* nfkc_ = nullptr;  // owned by ICU
};

// The canonical combining class of `c`.
[[nodiscard]] int combining_class(char32_t c) noexcept;

}  // namespace credence::normalise
