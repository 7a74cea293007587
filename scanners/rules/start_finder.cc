#include "scanners/rules/start_finder.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "scanners/core/utf8.h"
#include "scanners/rules/pattern.h"

namespace credence {
namespace {

// What can stand behind the end of a match and decide whether it matched: one character.
constexpr std::size_t kLookahead = 4;

std::size_t utf8_ceil(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return std::min(at, text.size());
}

// The last beginning of a line or sentence in [from, end).
std::size_t guess_start(std::string_view text, std::size_t from, std::size_t end) noexcept {
  const std::string_view before = text.substr(from, end - from);
  std::size_t cut = before.find_last_of("\n.!?");
  if (cut != std::string_view::npos) cut = before.find_first_not_of("\n.!? ", cut);
  return cut == std::string_view::npos ? from : from + cut;
}

// Where a match that ends at `end` is looked for: up to the end of `text`.
struct Window {
  const HyperscanDatabase& database;
  HyperscanScratch& scratch;
  PaddedView text;
  std::size_t end;
};

// The first start that Hyperscan reports for a match in the text from `from` on; end
// where there is none.
std::size_t leftmost_start(const Window& window, std::size_t from) {
  std::size_t start = window.end;
  auto on_match = [&](std::uint32_t, std::uint64_t begin, std::uint64_t stop) noexcept {
    if (from + stop == window.end) start = std::min(start, static_cast<std::size_t>(from + begin));
    return from + stop <= window.end;
  };
  if (!window.database.scan(window.text.subview(from), window.scratch, on_match)) {
    return window.end;
  }
  return utf8_floor(window.text.text(), start);
}

bool matches_from(const Window& window, std::size_t from) {
  bool found = false;
  auto on_match = [&](std::uint32_t, std::uint64_t, std::uint64_t stop) noexcept {
    found = from + stop == window.end;
    return from + stop < window.end;
  };
  const auto scanned = window.database.scan(window.text.subview(from), window.scratch, on_match);
  return scanned.ok() && found;
}

// The last start, bisected: what matches from an offset matches from those before
// it. A cut inside a word can look like its edge, so the start moves back to one.
std::size_t last_start(const Window& window, std::size_t from) {
  const std::string_view text = window.text.text();
  if (!matches_from(window, from)) return window.end;
  std::size_t low = from;
  std::size_t high = window.end;
  while (true) {
    const std::size_t middle = utf8_floor(text, low + (high - low) / 2);
    if (middle <= low) break;
    (matches_from(window, middle) ? low : high) = middle;
  }
  while (low > from && !at_word_edge(text, low)) low = utf8_floor(text, low - 1);
  return low;
}

}  // namespace

struct StartFinder::Lazy {
  std::once_flag once;
  std::optional<HyperscanDatabase> database;
  bool has_starts = false;
};

StartFinder::StartFinder(std::vector<HyperscanPattern> patterns)
    : patterns_(std::move(patterns)), lazy_(std::make_unique<Lazy[]>(patterns_.size())) {
  for (HyperscanPattern& pattern : patterns_) pattern.id = 0;
}

StartFinder::StartFinder(StartFinder&&) noexcept = default;
StartFinder& StartFinder::operator=(StartFinder&&) noexcept = default;
StartFinder::~StartFinder() = default;

const StartFinder::Lazy& StartFinder::compiled(std::uint32_t pattern) const {
  Lazy& lazy = lazy_[pattern];
  std::call_once(lazy.once, [&] {
    HyperscanPattern alone = patterns_[pattern];
    for (const bool starts : {true, false}) {
      alone.start_of_match = starts;
      auto database = HyperscanDatabase::compile(std::span(&alone, 1));
      if (!database) continue;
      lazy.database = std::move(database).value();
      lazy.has_starts = starts;
      return;
    }
  });
  return lazy;
}

std::size_t StartFinder::find(std::uint32_t pattern, PaddedView text, std::size_t end,
                              HyperscanScratch& scratch) const {
  const std::string_view all = text.text();
  const std::size_t from = end > kReach ? utf8_floor(all, end - kReach) : 0;
  const std::size_t to = utf8_ceil(all, std::min(end + kLookahead, all.size()));

  const Lazy& lazy = compiled(pattern);
  if (lazy.database && scratch.fit(*lazy.database)) {
    const Window window{*lazy.database, scratch, text.subview(0, to), end};
    const std::size_t start =
        lazy.has_starts ? leftmost_start(window, from) : last_start(window, from);
    if (start < end) return start;
  }
  return guess_start(all, end > kGuess ? utf8_floor(all, end - kGuess) : 0, end);
}

}  // namespace credence
