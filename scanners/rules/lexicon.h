#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace credence {

// What a cue near a match says about it.
enum class CueKind : std::uint8_t {
  kAttack,   // names attacks: "prompt injection", "jailbreak"
  kExample,  // announces an example: "for instance", "such as"
  kDefence,  // speaks of defence: "detect", "guardrail", "attackers may"
  kAddress,  // addresses a model that is reading: "dear AI", "any AI assistant reading this"
};

// One cue, a caseless expression of Hyperscan's syntax.
struct Cue {
  CueKind kind;
  std::string_view expression;
};

// The cues that tell talk about attacks from attacks, in English, Spanish, French,
// German, Portuguese, Italian, Russian, Chinese, Japanese, Korean, Arabic and Hindi.
// A cue's index is its id in the context database. Their list is part of a rule
// set's digest.
[[nodiscard]] std::span<const Cue> discussion_cues() noexcept;

}  // namespace credence
