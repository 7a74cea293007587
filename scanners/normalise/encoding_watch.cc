#include "scanners/normalise/encoding_watch.h"

namespace credence::normalise {
namespace {

// Whether an overlong form (RFC 3629, section 10) of a character begins at `at`.
bool is_overlong(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(at);
  if (lead == 0xC0 || lead == 0xC1) return continues(at + 1);
  if (lead == 0xE0) return continues(at + 1) && continues(at + 2) && byte(at + 1) < 0xA0;
  if (lead == 0xF0) {
    return continues(at + 1) && continues(at + 2) && continues(at + 3) && byte(at + 1) < 0x90;
  }
  return false;
}

}  // namespace

void EncodingWatch::see(std::size_t offset) noexcept {
  if (count_++ == 0) first_ = offset;
  if (is_overlong(source_.text, offset) && overlong_++ == 0) first_overlong_ = offset;
}

void EncodingWatch::finish() {
  if (count_ == 0) return;
  if (overlong_ >= 2) {
    reporter_.report({FindingCode::kInvalidEncoding, source_.map.to_source({first_overlong_, 1}),
                      0.5F, "encoding.overlong"});
    return;
  }
  const bool sparse = count_ < 16 || count_ * 10 <= source_.text.size();
  reporter_.report({FindingCode::kInvalidEncoding, source_.map.to_source({first_, 1}),
                    sparse ? 0.05F : 0.2F, "encoding.invalid"});
}

}  // namespace credence::normalise
