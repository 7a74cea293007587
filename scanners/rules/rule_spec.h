#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scanners/core/chunk.h"
#include "scanners/core/finding.h"

// This room finds patterns in text: rules are data, compiled together with
// Hyperscan, and weighed by what stands around a match.
namespace credence {

// A regular expression of Hyperscan's syntax and how to read it.
struct RulePattern {
  std::string expression;
  bool caseless = true;
  bool dot_all = false;
  bool multi_line = false;

  auto operator<=>(const RulePattern&) const = default;
};

// Another pattern that must (or must not) match within `within` bytes of a match.
struct NearCondition {
  RulePattern pattern;
  std::uint32_t within = 200;

  // The rule's own patterns are looked for only around this one. Changes no result, only
  // what the scan costs: worth it where this pattern is rarer or cheaper than they are.
  // One of a rule's `near` at most.
  bool landmark = false;
};

// One rule as its author wrote it. config/load reads it from YAML
// (config/rules/README.md describes the file).
struct RuleSpec {
  std::string id;      // unique, "override-ignore-previous-en"
  std::string title;   // what a match means, for people
  std::string family;  // the file it came from, "instruction_override"
  std::string source;  // "file.yaml:12", for error messages
  FindingCode code = FindingCode::kInstructionOverride;
  Severity severity = Severity::kHigh;
  Strength strength = Strength::kStrong;
  float score = 0.5F;                  // of a match in plain sight, 0..1
  std::vector<std::string> languages;  // BCP 47: "en", "pt"
  std::vector<RulePattern> patterns;   // any of them

  // Words of the patterns that any text is full of: the scan does not look for them.
  // Changes no result, only what it costs. Not in patterns with characters beyond ASCII.
  std::vector<std::string> common_words;

  // Conditions; all must hold.
  std::vector<NearCondition> near;
  std::vector<NearCondition> not_near;
  std::vector<Channel> channels;  // only there; empty means everywhere
  std::uint32_t count_min = 1;    // matches in a chunk before it is a finding

  // Whether quotation, code and talk about attacks around a match lower its
  // score (the default). Off for what is bad wherever it stands: secrets.
  bool discussion_lowers = true;
  bool redact = false;  // the evidence shows only the ends of the match

  // Not kNone: a match is no finding; it asks for this decoding of the text.
  Decoding asks_for = Decoding::kNone;

  std::string atlas;
  std::string owasp;
  std::string stride;

  std::vector<std::string> match;     // each gives a finding at the rule's score
  std::vector<std::string> no_match;  // none gives a finding, or a lowered one
};

}  // namespace credence
