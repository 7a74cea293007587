#include "scanners/rules/pattern.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"
#include "scanners/rules/common_words.h"

namespace credence {
namespace {

constexpr std::size_t kExpressionMax = 15'000;       // Hyperscan's own limit is 16,000
constexpr std::uint64_t kRepeatMax = 1'000;          // of one {n,m}
constexpr std::uint64_t kRepeatProductMax = 20'000;  // of nested ones

// Blanks, emphasis of Markdown, and what begins a line of a quotation, a comment or a list.
constexpr std::string_view kWideGap = R"([ \t\r\n*_>#|`~/]{1,12})";

// Scripts written without blanks: any place in them may be the edge of a word.
constexpr bool is_unspaced(char32_t c) noexcept {
  return (c >= 0x0E00 && c <= 0x0EFF) || (c >= 0x1000 && c <= 0x109F) ||
         (c >= 0x1780 && c <= 0x17FF) || (c >= 0x2E80 && c <= 0x312F) ||
         (c >= 0x31A0 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) || c >= 0x20000;
}

// Letters, marks and digits beyond ASCII, coarsely: punctuation and symbols have
// blocks of their own.
constexpr bool is_wide_letter(char32_t c) noexcept {
  if (c < 0xAA) return false;
  if (c <= 0xBF) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c == 0xD7 || c == 0xF7) return false;
  if (c >= 0x2000 && c <= 0x2BFF) return false;
  if (c == 0x060C || c == 0x061B || c == 0x061F || c == 0x06D4) return false;
  if (c == 0x0964 || c == 0x0965 || c == 0x055D || c == 0x0589 || c == 0x05BE) return false;
  if (c >= 0xFE30 && c <= 0xFE6F) return false;
  if (c >= 0xFF00 && c <= 0xFF0F) return false;
  return c < 0x1F000;
}

CodePoint code_point_before(std::string_view text, std::size_t offset) noexcept {
  return decode_utf8(text.substr(utf8_floor(text, offset - 1)));
}

bool is_joining(CodePoint point, char byte) noexcept {
  if (point.length <= 1) return is_ascii_word(byte);
  return is_wide_letter(point.value) && !is_unspaced(point.value);
}

bool has_wide_escape(std::string_view expression) noexcept {
  for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] != '\\') continue;
    const char c = expression[i + 1];
    if (c == 'p' || c == 'P') return true;
    if (c == 'x' && i + 2 < expression.size() && expression[i + 2] == '{') return true;
    ++i;
  }
  return false;
}

// The expression without any \b outside classes; whether one of them stood first
// or last (groups around it do not count) is left in `out`.
std::string without_edges(std::string_view expression, TranslatedPattern& out) {
  std::string kept;
  bool in_class = false;
  bool last_was_edge = false;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    if (c == '\\' && i + 1 < expression.size()) {
      ++i;
      if (expression[i] == 'b' && !in_class) {
        if (kept.find_first_not_of("(?:") == std::string::npos) out.edge_before = true;
        last_was_edge = true;
        continue;
      }
      kept += c;
      kept += expression[i];
      last_was_edge = false;
      continue;
    }
    if (c == '[') in_class = true;
    if (c == ']') in_class = false;
    if (c != ')') last_was_edge = false;
    kept += c;
  }
  out.edge_after = last_was_edge;
  return kept;
}

// `\s{1,3}` outside classes, how rules write the gap between two words, as anything that
// a reader of the rendered text takes for a gap.
std::string with_wide_gaps(std::string_view expression) {
  constexpr std::string_view kGap = "\\s{1,3}";
  std::string out;
  for (std::size_t i = 0; i < expression.size();) {
    if (expression.substr(i).starts_with(kGap)) {
      out += kWideGap;
      i += kGap.size();
      continue;
    }
    const std::size_t size = expression[i] == '\\' && i + 1 < expression.size() ? 2 : 1;
    out += expression.substr(i, size);
    i += size;
  }
  return out;
}

bool uses_word_class(std::string_view expression) noexcept {
  for (std::size_t i = 0; i + 1 < expression.size(); ++i) {
    if (expression[i] == '[' && expression[i + 1] == ':') return true;
    if (expression[i] != '\\') continue;
    if (expression[i + 1] == 'w' || expression[i + 1] == 'W') return true;
    ++i;
  }
  return false;
}

// The upper bound of the repeat that starts at `at`, 1 where none does; `at` is
// moved past it.
std::uint64_t read_repeat(std::string_view expression, std::size_t& at) noexcept {
  if (at >= expression.size() || expression[at] != '{') return 1;
  std::size_t i = at + 1;
  std::uint64_t bound = 0;
  std::uint64_t number = 0;
  bool digits = false;
  for (; i < expression.size() && (is_digit(expression[i]) || expression[i] == ','); ++i) {
    if (expression[i] == ',') {
      bound = std::max(bound, number);
      number = 0;
      continue;
    }
    digits = true;
    number = std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(expression[i] - '0'),
                                     1'000'000);
  }
  if (!digits || i >= expression.size() || expression[i] != '}') return 1;
  at = i + 1;
  return std::max<std::uint64_t>(std::max(bound, number), 1);
}

struct RepeatCost {
  std::uint64_t one = 1;     // largest bound met
  std::uint64_t nested = 1;  // largest product of bounds inside one another
};

RepeatCost repeat_cost(std::string_view expression) {
  RepeatCost cost;
  std::vector<std::uint64_t> inside{1};  // per open group, the largest product within it
  for (std::size_t i = 0; i < expression.size();) {
    std::uint64_t product = 1;
    const char c = expression[i];
    if (c == '(') {
      inside.push_back(1);
      ++i;
      continue;
    }
    if (c == ')' && inside.size() > 1) {
      product = inside.back();
      inside.pop_back();
      ++i;
    } else if (c == '[') {
      i = skip_class(expression, i);
    } else {
      i += c == '\\' ? 2 : 1;
    }
    const std::uint64_t bound = read_repeat(expression, i);
    product = std::min<std::uint64_t>(product * bound, 1'000'000'000);
    inside.back() = std::max(inside.back(), product);
    cost.one = std::max(cost.one, bound);
    cost.nested = std::max(cost.nested, product);
  }
  return cost;
}

}  // namespace

Error refusal(const RuleSpec& rule, std::string_view why) {
  return Error(ErrorCode::kInvalidArgument,
               rule.source + ": rule " + rule.id + ": " + std::string(why));
}

bool is_wide(std::string_view expression) noexcept {
  const bool ascii =
      std::all_of(expression.begin(), expression.end(), [](char c) { return (c & 0x80) == 0; });
  return !ascii || has_wide_escape(expression);
}

std::size_t skip_class(std::string_view expression, std::size_t at) noexcept {
  std::size_t i = at + 1;
  if (i < expression.size() && expression[i] == '^') ++i;
  if (i < expression.size() && expression[i] == ']') ++i;
  while (i < expression.size() && expression[i] != ']') i += expression[i] == '\\' ? 2 : 1;
  return std::min(i + 1, expression.size());
}

TranslatedPattern translate(const RulePattern& pattern, std::span<const std::string> common_words) {
  TranslatedPattern out;
  out.hyperscan.caseless = pattern.caseless;
  out.hyperscan.dot_all = pattern.dot_all;
  out.hyperscan.multi_line = pattern.multi_line;
  out.hyperscan.utf8 = is_wide(pattern.expression);
  if (!out.hyperscan.utf8) {
    out.hyperscan.expression = without_common_words(pattern.expression, common_words);
    return out;
  }
  out.hyperscan.expression = without_edges(pattern.expression, out);
  out.hyperscan.unicode_classes = uses_word_class(out.hyperscan.expression);
  return out;
}

HyperscanPattern translate_condition(const RulePattern& pattern) {
  HyperscanPattern out = translate(pattern).hyperscan;
  if (!out.utf8) out.expression = with_wide_gaps(out.expression);
  return out;
}

bool at_word_edge(std::string_view text, std::size_t offset) noexcept {
  if (offset == 0 || offset >= text.size()) return true;
  return !is_joining(code_point_before(text, offset), text[offset - 1]) ||
         !is_joining(decode_utf8(text.substr(offset)), text[offset]);
}

bool has_line_edge(std::string_view expression) noexcept {
  for (std::size_t i = 0; i < expression.size();) {
    const char c = expression[i];
    if (c == '^' || c == '$') return true;
    if (c == '[') {
      i = skip_class(expression, i);
      continue;
    }
    const char next = c == '\\' && i + 1 < expression.size() ? expression[i + 1] : '\0';
    if (next == 'A' || next == 'z' || next == 'Z') return true;
    i += c == '\\' ? 2 : 1;
  }
  return false;
}

std::optional<std::string> refuse_pattern(const RulePattern& pattern) {
  const std::string_view expression = pattern.expression;
  if (expression.empty()) return "the pattern is empty";
  if (expression.size() > kExpressionMax) {
    return "the pattern is longer than " + std::to_string(kExpressionMax) + " bytes; split it";
  }
  if (expression.find('\0') != std::string_view::npos) {
    return "the pattern holds a NUL; write \\x00";
  }
  const RepeatCost cost = repeat_cost(expression);
  if (cost.one > kRepeatMax) {
    return "a repeat of more than " + std::to_string(kRepeatMax) +
           " compiles to a huge automaton; bound it lower";
  }
  if (cost.nested > kRepeatProductMax) {
    return "nested repeats multiply to more than " + std::to_string(kRepeatProductMax) +
           "; bound them lower";
  }
  return std::nullopt;
}

}  // namespace credence
