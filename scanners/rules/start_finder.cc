#include "scanners/rules/start_finder.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <pcre2.h>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

// What can stand before or behind a match and decide whether it matched: one character.
constexpr std::size_t kCharacter = 4;

// Steps of the backtracking engine from one offset; PCRE2 counts anew at each of the kReach
// offsets, so that a text made for the worst costs half a second at most.
constexpr std::uint32_t kStepsMax = 10'000;

struct FreeCode {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const noexcept {
    pcre2_match_context_free(context);
  }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

// The last beginning of a line or sentence in [from, end).
std::size_t guess_start(std::string_view text, std::size_t from, std::size_t end) noexcept {
  const std::string_view before = text.substr(from, end - from);
  std::size_t cut = before.find_last_of("\n.!?");
  if (cut != std::string_view::npos) cut = before.find_first_not_of("\n.!? ", cut);
  return cut == std::string_view::npos ? from : from + cut;
}

// The callout behind the expression refuses every match that ends elsewhere.
Code compile(const HyperscanPattern& pattern) {
  std::uint32_t options = PCRE2_NO_AUTO_CAPTURE;
  if (pattern.caseless) options |= PCRE2_CASELESS;
  if (pattern.dot_all) options |= PCRE2_DOTALL;
  if (pattern.multi_line) options |= PCRE2_MULTILINE;
  if (pattern.utf8) options |= PCRE2_UTF;
  if (pattern.unicode_classes) options |= PCRE2_UCP;
  const std::string expression = "(?:" + pattern.expression + ")(?C1)";
  int error = 0;
  PCRE2_SIZE place = 0;
  return Code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                            options, &error, &place, nullptr));
}

int refuse_other_ends(pcre2_callout_block* block, void* wanted) {
  return block->current_position == *static_cast<const std::size_t*>(wanted) ? 0 : 1;
}

// How long a match can be, as far as it is looked for.
std::size_t reach_of(const HyperscanPattern& pattern) {
  const auto width = hyperscan_width(pattern);
  return width ? std::min<std::size_t>(width->max, StartFinder::kReach) : StartFinder::kReach;
}

// The leftmost start in `text`, from `from` on, of a match that ends at `end`; `end` when
// there is none.
std::size_t leftmost_start(const pcre2_code* code, std::string_view text, std::size_t from,
                           std::size_t end) {
  const std::unique_ptr<pcre2_match_data, FreeMatch> data(
      pcre2_match_data_create_from_pattern(code, nullptr));
  const std::unique_ptr<pcre2_match_context, FreeContext> context(
      pcre2_match_context_create(nullptr));
  if (!data || !context) return end;
  pcre2_set_match_limit(context.get(), kStepsMax);
  pcre2_set_callout(context.get(), refuse_other_ends, &end);
  const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                                PCRE2_NO_UTF_CHECK, data.get(), context.get());
  return found < 0 ? end : pcre2_get_ovector_pointer(data.get())[0];
}

}  // namespace

struct StartFinder::Lazy {
  std::once_flag once;
  Code code;
  std::size_t reach = kReach;
};

StartFinder::StartFinder(std::vector<HyperscanPattern> patterns)
    : patterns_(std::move(patterns)), lazy_(std::make_unique<Lazy[]>(patterns_.size())) {}

StartFinder::StartFinder(StartFinder&&) noexcept = default;
StartFinder& StartFinder::operator=(StartFinder&&) noexcept = default;
StartFinder::~StartFinder() = default;

const StartFinder::Lazy& StartFinder::compiled(std::uint32_t pattern) const {
  Lazy& lazy = lazy_[pattern];
  std::call_once(lazy.once, [&] {
    lazy.code = compile(patterns_[pattern]);
    lazy.reach = reach_of(patterns_[pattern]);
  });
  return lazy;
}

std::size_t StartFinder::find(std::uint32_t pattern, PaddedView text, std::size_t end) const {
  const std::string_view all = text.text();
  if (const Lazy& lazy = compiled(pattern); lazy.code) {
    const std::size_t from = utf8_floor(all, end - std::min(end, lazy.reach));
    const std::size_t begin = utf8_floor(all, from - std::min(from, kCharacter));
    const std::size_t stop = utf8_ceil(all, std::min(end + kCharacter, all.size()));
    const std::size_t start =
        begin +
        leftmost_start(lazy.code.get(), all.substr(begin, stop - begin), from - begin, end - begin);
    if (start < end) return start;
  }
  return guess_start(all, end > kGuess ? utf8_floor(all, end - kGuess) : 0, end);
}

}  // namespace credence
