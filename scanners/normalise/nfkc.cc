#include "scanners/normalise/nfkc.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "scanners/core/utf8.h"

namespace credence::normalise {

Nfkc::Nfkc() {
  UErrorCode status = U_ZERO_ERROR;
  nfkc_ = unorm2_getNFKCInstance(&status);
  if (U_FAILURE(status) != 0) nfkc_ = nullptr;
}

bool Nfkc::normalise(std::string_view piece, std::string& out) const {
  out.clear();
  if (nfkc_ == nullptr) return false;
  UChar source[2 * kPieceMax];
  std::int32_t length = 0;
  for (int count = 0; !piece.empty(); ++count) {
    const CodePoint point = decode_utf8(piece);
    if (point.length == 0 || count == kPieceMax) return false;
    if (point.value < 0x10000) {
      source[length++] = static_cast<UChar>(point.value);
    } else {
      source[length++] = static_cast<UChar>(0xD7C0 + (point.value >> 10));
      source[length++] = static_cast<UChar>(0xDC00 | (point.value & 0x3FF));
    }
    piece.remove_prefix(point.length);
  }
  // No code point grows more than eighteenfold (UAX 15, section 9).
  UChar target[18 * 2 * kPieceMax];
  UErrorCode status = U_ZERO_ERROR;
  const std::int32_t written = unorm2_normalize(
      nfkc_, source, length, target, static_cast<std::int32_t>(std::size(target)), &status);
  if (U_FAILURE(status) != 0) return false;
  for (std::int32_t i = 0; i < written;) {
    UChar32 c = 0;
    U16_NEXT(target, i, written, c);
    append_utf8(out, static_cast<char32_t>(c));
  }
  return true;
}

std::string Nfkc::of_point(char32_t c) const {
  std::string self;
  append_utf8(self, c);
  std::string mapped;
  if (!normalise(self, mapped) || mapped == self) return {};
  return mapped;
}

int combining_class(char32_t c) noexcept { return u_getCombiningClass(static_cast<UChar32>(c)); }

}  // namespace credence::normalise
