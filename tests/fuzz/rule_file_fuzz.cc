// Properties: nothing is thrown; an error has a place; what is accepted keeps the
// format's promises and reads the same twice.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/load/rule_file.h"
#include "scanners/core/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  if (size > 64 << 10) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = parse_rules(text, "override.yaml");
  const auto again = parse_rules(text, "override.yaml");
  CREDENCE_CHECK(rules.ok() == again.ok());
  if (!rules) {
    CREDENCE_CHECK(rules.error().message().starts_with("override.yaml"));
    CREDENCE_CHECK(rules.error().message() == again.error().message());
    return 0;
  }
  CREDENCE_CHECK(!rules->empty() && rules->size() == again->size());
  for (const RuleSpec& rule : *rules) {
    CREDENCE_CHECK(!rule.id.empty() && !rule.title.empty() && rule.family == "override");
    CREDENCE_CHECK(rule.source.starts_with("override.yaml:"));
    CREDENCE_CHECK(rule.score >= 0.0F && rule.score <= 1.0F);
    CREDENCE_CHECK(!rule.patterns.empty() && rule.count_min >= 1);
    CREDENCE_CHECK(rule.match.size() >= 2 && rule.no_match.size() >= 2);
    for (const RulePattern& pattern : rule.patterns) {
      CREDENCE_CHECK(!pattern.expression.empty() && pattern.expression.size() <= 16'000);
    }
  }
  return 0;
}
