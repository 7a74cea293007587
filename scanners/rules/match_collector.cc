#include "scanners/rules/match_collector.h"

namespace credence {
namespace {

// Ends no further apart than one character belong to the same run.
constexpr std::uint64_t kRunStep = 1;
constexpr std::uint64_t kRunStepUtf8 = 4;

}  // namespace

MatchCollector::MatchCollector(std::span<const PatternTraits> patterns)
    : patterns_(patterns), states_(patterns.size()) {
  matches_.reserve(patterns.size() * kOwnPlaces + kSharedPlaces);
}

void MatchCollector::begin() noexcept {
  matches_.clear();
  shared_ = 0;
  ++round_;
}

bool MatchCollector::operator()(std::uint32_t pattern, std::uint64_t end) noexcept {
  State& state = states_[pattern];
  if (state.round != round_) state = {round_, 0, 0, 0};

  if (state.kept > 0) {
    MatchEnd& last = matches_[state.last];
    const std::uint64_t step = patterns_[pattern].utf8 ? kRunStepUtf8 : kRunStep;
    if (end >= last.end && end - last.end <= step) {
      last.end = end;
      return true;
    }
  }
  const bool own = state.kept < kOwnPlaces;
  if (!own && (state.kept >= kPatternMax || shared_ >= kSharedPlaces)) {
    ++state.dropped;
    return true;
  }
  if (!own) ++shared_;
  state.last = static_cast<std::uint32_t>(matches_.size());
  ++state.kept;
  matches_.push_back({pattern, end});
  return true;
}

std::uint64_t MatchCollector::dropped(std::uint32_t pattern) const noexcept {
  return states_[pattern].round == round_ ? states_[pattern].dropped : 0;
}

}  // namespace credence
