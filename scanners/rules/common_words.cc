#include "scanners/rules/common_words.h"

#include <algorithm>
#include <cstddef>

#include "scanners/core/ascii.h"
#include "scanners/rules/pattern.h"

namespace credence {
namespace {

constexpr std::string_view kNeverInUtf8 = R"(\xf8-\xff)";

// The size of the escape at the beginning of `rest`, with its braces or hexadecimal digits.
std::size_t escape_size(std::string_view rest) noexcept {
  if (rest.size() < 2) return rest.size();
  const bool named = rest[1] == 'p' || rest[1] == 'P' || rest[1] == 'x';
  if (named && rest.size() > 2 && rest[2] == '{') {
    return std::min(rest.find('}'), rest.size() - 1) + 1;
  }
  if (rest[1] == 'x') return std::min<std::size_t>(4, rest.size());
  return named ? std::min<std::size_t>(3, rest.size()) : 2;
}

// Calls visit(part, is_word) for the parts of `expression` in order.
template <typename Visit>
void for_each_part(std::string_view expression, const Visit& visit) {
  for (std::size_t at = 0; at < expression.size();) {
    const std::size_t begin = at;
    const char c = expression[at];
    const bool word = is_letter(c);
    if (word) {
      while (at < expression.size() && is_letter(expression[at])) ++at;
    } else if (c == '\\') {
      at += escape_size(expression.substr(at));
    } else if (c == '[') {
      at = skip_class(expression, at);
    } else if (expression.substr(at).starts_with("(?")) {
      at = std::min(expression.find_first_of(":)", at), expression.size() - 1) + 1;
    } else {
      ++at;
    }
    visit(expression.substr(begin, at - begin), word);
  }
}

}  // namespace

std::string without_common_words(std::string_view expression, std::span<const std::string> words) {
  std::string out;
  for_each_part(expression, [&](std::string_view part, bool word) {
    if (!word || std::find(words.begin(), words.end(), part) == words.end()) {
      out += part;
      return;
    }
    for (const char letter : part) {
      out += '[';
      out += letter;
      out += kNeverInUtf8;
      out += ']';
    }
  });
  return out;
}

bool has_word(std::string_view expression, std::string_view word) {
  bool found = false;
  for_each_part(expression, [&](std::string_view part, bool is_word) {
    found = found || (is_word && part == word);
  });
  return found;
}

}  // namespace credence
