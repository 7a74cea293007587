#include "scanners/rules/detection.h"

#include <algorithm>
#include <map>
#include <utility>

#include "scanners/core/utf8.h"
#include "scanners/rules/pattern.h"

namespace credence {
namespace {

// Of a pattern with a landmark.
constexpr std::uint32_t kWidthMax = 4'096;

// Keeps what is looked for off the edges of the place that is scanned.
constexpr std::uint64_t kMargin = 8;

// Gives equal landmarks one id.
class LandmarkTable {
 public:
  explicit LandmarkTable(DetectionPlan& plan) : plan_(plan) {}

  void add(const RulePattern& pattern, std::uint64_t reach, std::uint32_t rule) {
    const auto next = plan_.landmarks.size();
    const auto [it, added] = ids_.try_emplace(pattern, next);
    if (added) {
      plan_.landmarks.push_back(translate_condition(pattern));
      plan_.reach.push_back(reach);
      plan_.landmark_owner.push_back(rule);
    }
    plan_.reach[it->second] = std::max(plan_.reach[it->second], reach);
  }

 private:
  DetectionPlan& plan_;
  std::map<RulePattern, std::size_t> ids_;
};

// A cut of `text` at or before `at` that lies in no word or character, so that a pattern
// sees no edge there which the whole text does not have. Words longer than any pattern are
// cut all the same: nothing that matters can begin in them.
std::uint64_t clean_cut(std::string_view text, std::uint64_t at) noexcept {
  if (at >= text.size()) return text.size();
  at = utf8_floor(text, at);
  const std::uint64_t floor = at > kWidthMax ? at - kWidthMax : 0;
  while (at > floor && is_ascii_word(text[at - 1]) && is_ascii_word(text[at])) --at;
  return at;
}

std::uint64_t clean_cut_after(std::string_view text, std::uint64_t at) noexcept {
  at = utf8_ceil(text, at);
  if (at == 0) return at;
  const std::uint64_t ceiling = std::min<std::uint64_t>(text.size(), at + kWidthMax);
  while (at < ceiling && is_ascii_word(text[at - 1]) && is_ascii_word(text[at])) ++at;
  return at;
}

std::vector<HyperscanPattern> select(const DetectionPlan& plan, bool local) {
  std::vector<HyperscanPattern> out;
  for (std::size_t i = 0; i < plan.patterns.size(); ++i) {
    if (plan.local[i] == local) out.push_back(plan.patterns[i]);
  }
  if (local) return out;
  for (std::size_t i = 0; i < plan.landmarks.size(); ++i) {
    out.push_back(plan.landmarks[i]);
    out.back().id = static_cast<std::uint32_t>(plan.patterns.size() + i);
  }
  return out;
}

Result<std::optional<HyperscanDatabase>> compile_some(const std::vector<HyperscanPattern>& patterns,
                                                      std::size_t* failed) {
  if (patterns.empty()) return std::optional<HyperscanDatabase>();
  std::size_t index = 0;
  auto compiled = HyperscanDatabase::compile(patterns, &index);
  if (compiled) return std::optional<HyperscanDatabase>(std::move(compiled).value());
  if (failed != nullptr) {
    *failed = index < patterns.size() ? patterns[index].id : ~std::size_t{0};
  }
  return std::move(compiled).error();
}

}  // namespace

Result<DetectionPlan> plan_detection(std::span<const RuleSpec> rules) {
  DetectionPlan plan;
  LandmarkTable table(plan);
  for (std::uint32_t r = 0; r < rules.size(); ++r) {
    const RuleSpec& rule = rules[r];
    const NearCondition* landmark = nullptr;
    for (const NearCondition& near : rule.near) {
      if (!near.landmark) continue;
      if (landmark != nullptr) return refusal(rule, "a rule has at most one landmark");
      landmark = &near;
    }
    std::uint64_t width_max = 0;
    for (const RulePattern& pattern : rule.patterns) {
      TranslatedPattern translated = translate(pattern, rule.common_words);
      translated.hyperscan.id = static_cast<std::uint32_t>(plan.patterns.size());
      if (landmark != nullptr) {
        if (has_line_edge(pattern.expression)) {
          return refusal(rule, "the patterns of a rule with a landmark hold no ^ or $");
        }
        const auto width = hyperscan_width(translated.hyperscan);
        if (width && width->max > kWidthMax) {
          return refusal(rule, "the patterns of a rule with a landmark match at most " +
                                   std::to_string(kWidthMax) + " bytes");
        }
        if (width) width_max = std::max<std::uint64_t>(width_max, width->max);
      }
      plan.traits.push_back(
          {r, translated.edge_before, translated.edge_after, translated.hyperscan.utf8});
      plan.patterns.push_back(std::move(translated.hyperscan));
      plan.local.push_back(landmark != nullptr);
    }
    if (landmark != nullptr) {
      table.add(landmark->pattern, landmark->within + width_max + kMargin, r);
    }
  }
  return plan;
}

Result<Detection> Detection::compile(const DetectionPlan& plan, std::size_t* failed) {
  Detection out(plan);
  auto everywhere = compile_some(select(plan, false), failed);
  if (!everywhere) return std::move(everywhere).error();
  auto local = compile_some(select(plan, true), failed);
  if (!local) return std::move(local).error();
  out.everywhere_ = std::move(everywhere).value();
  out.local_ = std::move(local).value();
  return out;
}

std::string Detection::serialise() const {
  std::string out;
  append_database(out, everywhere_);
  append_database(out, local_);
  return out;
}

Result<Detection> Detection::deserialise(const DetectionPlan& plan, std::string_view bytes) {
  Detection out(plan);
  const bool any_local = std::find(plan.local.begin(), plan.local.end(), true) != plan.local.end();
  auto everywhere = take_database(bytes, !plan.patterns.empty());
  if (!everywhere) return std::move(everywhere).error();
  auto local = take_database(bytes, any_local);
  if (!local) return std::move(local).error();
  if (!bytes.empty()) return Error(ErrorCode::kCorrupt, "not a compiled rule set");
  out.everywhere_ = std::move(everywhere).value();
  out.local_ = std::move(local).value();
  return out;
}

Result<void> Detection::fit(DetectionScratch& scratch) const {
  if (everywhere_) {
    if (auto fitted = scratch.hyperscan.fit(*everywhere_); !fitted) return fitted;
  }
  if (local_) return scratch.hyperscan.fit(*local_);
  return {};
}

// Hyperscan reports ends in order, so that a new place can only meet the last ones.
void Detection::add_place(std::string_view text, std::uint64_t end, std::uint64_t reach,
                          std::vector<ByteSpan>& places) noexcept {
  std::uint64_t begin = clean_cut(text, end > reach ? end - reach : 0);
  std::uint64_t stop = clean_cut_after(text, end + reach);
  while (!places.empty() && places.back().end() >= begin) {
    begin = std::min(begin, places.back().offset);
    stop = std::max(stop, places.back().end());
    places.pop_back();
  }
  places.push_back({begin, stop - begin});
}

}  // namespace credence
