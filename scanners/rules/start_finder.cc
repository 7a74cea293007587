#include "scanners/rules/start_finder.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "scanners/core/utf8.h"

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

}  // namespace

struct StartFinder::Lazy {
  std::once_flag once;
  std::optional<HyperscanDatabase> database;  // empty when Hyperscan refuses the pattern
};

StartFinder::StartFinder(std::vector<HyperscanPattern> patterns)
    : patterns_(std::move(patterns)), lazy_(std::make_unique<Lazy[]>(patterns_.size())) {
  for (HyperscanPattern& pattern : patterns_) {
    pattern.id = 0;
    pattern.start_of_match = true;
  }
}

StartFinder::StartFinder(StartFinder&&) noexcept = default;
StartFinder& StartFinder::operator=(StartFinder&&) noexcept = default;
StartFinder::~StartFinder() = default;

const HyperscanDatabase* StartFinder::database(std::uint32_t pattern) const {
  Lazy& lazy = lazy_[pattern];
  std::call_once(lazy.once, [&] {
    auto compiled = HyperscanDatabase::compile(std::span(&patterns_[pattern], 1));
    if (compiled) lazy.database = std::move(compiled).value();
  });
  return lazy.database ? &*lazy.database : nullptr;
}

std::size_t StartFinder::find(std::uint32_t pattern, PaddedView text, std::size_t end,
                              HyperscanScratch& scratch) const {
  const std::string_view all = text.text();
  const std::size_t from = end > kReach ? utf8_floor(all, end - kReach) : 0;
  const std::size_t to = utf8_ceil(all, std::min(end + kLookahead, all.size()));

  std::size_t start = end - from;  // in the window
  const HyperscanDatabase* database = this->database(pattern);
  if (database != nullptr && scratch.fit(*database)) {
    auto on_match = [&start, wanted = end - from](std::uint32_t, std::uint64_t begin,
                                                  std::uint64_t stop) noexcept {
      if (stop == wanted) start = std::min(start, static_cast<std::size_t>(begin));
      return stop <= wanted;
    };
    if (database->scan(text.subview(from, to - from), scratch, on_match) && start < end - from) {
      return utf8_floor(all, from + start);
    }
  }
  return guess_start(all, end > kGuess ? utf8_floor(all, end - kGuess) : 0, end);
}

}  // namespace credence
