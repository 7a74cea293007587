#include "scanners/normalise/decoders/zero_width.h"

#include <algorithm>
#include <array>
#include <vector>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"

namespace credence::normalise {
namespace {

using Digits = std::vector<int>;  // -1 is a separator

bool is_printable(char c) noexcept {
  return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t' || c == '\r';
}

// Whole groups of `width` digits of `bits` bits each; empty on an unprintable byte.
std::string fixed_groups(const Digits& digits, std::size_t width, int bits) {
  std::string out;
  for (std::size_t i = 0; i + width <= digits.size(); i += width) {
    unsigned value = 0;
    for (std::size_t k = 0; k < width; ++k) {
      value = value << bits | static_cast<unsigned>(digits[i + k]);
    }
    const char c = static_cast<char>(value);
    if (!is_printable(c)) return {};
    out += c;
  }
  return out;
}

// A code point from each stretch between separators.
std::string separated_groups(const Digits& digits) {
  std::string out;
  char32_t value = 0;
  int length = 0;
  const auto close = [&] {
    if (length == 0) return true;
    if (length > 21 || value < 0x20 || value > 0x10FFFF) return false;
    append_utf8(out, value);
    value = 0;
    length = 0;
    return true;
  };
  for (const int digit : digits) {
    if (digit < 0) {
      if (!close()) return {};
    } else if (++length <= 21) {
      value = value << 1 | static_cast<char32_t>(digit);
    }
  }
  return close() ? out : std::string();
}

bool is_wordlike(std::string_view text) {
  const auto letters =
      std::count_if(text.begin(), text.end(), [](char c) { return is_letter(c) || c == ' '; });
  return text.size() >= 3 && static_cast<std::size_t>(letters) * 10 >= text.size() * 8;
}

class Best {
 public:
  explicit Best(const LanguageGate& gate) : gate_(gate) {}

  void offer(std::string text) {
    if (text.empty() || sure_) return;
    if (gate_.reads_as_language(text)) {
      sure_ = true;
      text_ = std::move(text);
    } else if (text_.empty() && is_wordlike(text)) {
      text_ = std::move(text);
    }
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  const LanguageGate& gate_;
  std::string text_;
  bool sure_ = false;
};

}  // namespace

std::string decode_zero_width(std::span<const char32_t> run, const LanguageGate& gate) {
  std::vector<char32_t> symbols;
  for (const char32_t c : run) {
    if (std::find(symbols.begin(), symbols.end(), c) != symbols.end()) continue;
    if (symbols.size() == 4) return {};
    symbols.push_back(c);
  }
  std::sort(symbols.begin(), symbols.end());
  Best best(gate);
  Digits digits(run.size());
  std::array<int, 4> value = {0, 1, 2, 3};
  if (symbols.size() == 3) value = {-1, 0, 1, 2};
  do {
    for (std::size_t i = 0; i < run.size(); ++i) {
      const auto symbol = std::find(symbols.begin(), symbols.end(), run[i]) - symbols.begin();
      digits[i] = value[static_cast<std::size_t>(symbol)];
    }
    switch (symbols.size()) {
      case 2:
        best.offer(fixed_groups(digits, 8, 1));
        best.offer(fixed_groups(digits, 7, 1));
        break;
      case 3: best.offer(separated_groups(digits)); break;
      case 4: best.offer(fixed_groups(digits, 4, 2)); break;
      default: break;
    }
  } while (std::next_permutation(value.begin(),
                                 value.begin() + static_cast<std::ptrdiff_t>(symbols.size())));
  return best.take();
}

}  // namespace credence::normalise
