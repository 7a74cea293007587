#include "index/table/engine_list.h"

namespace credence {

std::uint8_t EngineList::number(const Digest& engine) {
  if (last_ != kOther && engines_[last_] == engine) return last_;
  if (const auto found = numbers_.find(engine); found != numbers_.end()) {
    return last_ = found->second;
  }
  for (unsigned n = 1; n < engines_.size(); ++n) {
    const auto number = static_cast<std::uint8_t>(n);
    if (uses_[number] != 0 || number == kept_) continue;
    if (const auto old = numbers_.find(engines_[number]);
        old != numbers_.end() && old->second == number) {
      numbers_.erase(old);
    }
    engines_[number] = engine;
    numbers_.emplace(engine, number);
    return last_ = number;
  }
  return kOther;
}

std::optional<Digest> EngineList::engine(std::uint8_t number) const {
  if (number == kOther) return std::nullopt;
  return engines_[number];
}

std::uint8_t EngineList::least_used() const noexcept {
  std::uint8_t least = kOther;
  for (unsigned n = 1; n < uses_.size(); ++n) {
    const auto number = static_cast<std::uint8_t>(n);
    if (number == kept_) continue;
    if (least == kOther || uses_[number] < uses_[least]) least = number;
  }
  return least;
}

}  // namespace credence
