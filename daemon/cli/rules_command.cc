#include <algorithm>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "config/load/rule_file.h"
#include "daemon/cli/command.h"
#include "daemon/pipeline/engine_factory.h"
#include "daemon/pipeline/installation.h"
#include "provenance/crypto/sha256.h"
#include "scanners/rules/lint.h"
#include "scanners/rules/rule_set.h"
#include "scanners/rules/self_test.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;

int list_rules(const RuleSet& rules) {
  std::map<std::string, std::size_t> families;
  for (const RuleSpec& rule : rules.rules()) {
    std::string languages;
    for (const std::string& language : rule.languages) {
      languages.append(languages.empty() ? "" : ",").append(language);
    }
    std::cout << std::left << std::setw(52) << rule.id << std::setw(13) << info(rule.code).id
              << std::setw(10) << to_string(rule.severity) << std::setw(8)
              << to_string(rule.strength) << std::fixed << std::setprecision(2) << rule.score
              << "  " << std::setw(10) << languages << rule.title << '\n';
    ++families[rule.family];
  }
  std::cout << '\n'
            << rules.rules().size() << " rules in " << families.size()
            << (families.size() == 1 ? " family:" : " families:");
  for (const auto& [family, count] : families) std::cout << ' ' << family << ' ' << count;
  std::cout << "\nrule set " << rules.digest().hex() << '\n';
  return kExitOk;
}

int test_examples(const std::shared_ptr<const RuleSet>& rules) {
  std::size_t examples = 0;
  for (const RuleSpec& rule : rules->rules()) examples += rule.match.size() + rule.no_match.size();
  const auto failures = test_rules(rules);
  for (const ExampleFailure& failure : failures) {
    std::cout << failure.source << ": rule " << failure.rule << ": \"" << failure.example
              << "\": " << failure.what << '\n';
  }
  std::cout << rules->rules().size() << " rules, " << examples << " examples, " << failures.size()
            << " failed\n";
  return failures.empty() ? kExitOk : kExitFound;
}

int lint(const RuleSet& rules) {
  const auto result = lint_rules(rules, {});
  if (!result) return fail(result.error());
  constexpr std::size_t kShown = 20;
  std::cout << std::fixed << std::setprecision(0) << "family alone, MB/s\n";
  for (const FamilyCost& family : result->families) {
    std::cout << std::setw(8) << family.rate_mb_s << "  " << family.family << " ("
              << family.patterns << " patterns)\n";
  }
  std::cout << "rule alone, MB/s, and its share of the whole set's time, slowest first\n";
  for (std::size_t i = 0; i < std::min(result->rules.size(), kShown); ++i) {
    const RuleCost& rule = result->rules[i];
    std::cout << std::setw(8) << rule.rate_mb_s << "  ";
    if (rule.share) std::cout << std::setw(3) << *rule.share * 100 << " %  ";
    std::cout << rule.rule << '\n';
  }
  if (result->rules_left_out > 0) {
    std::cout << "rules not measured alone, because the time was used up: "
              << result->rules_left_out << '\n';
  }
  for (const LintNote& note : result->notes) {
    std::cout << note.source << ": rule " << note.rule << ": " << note.what << '\n';
  }
  for (const std::string& refusal : result->refusals) std::cout << "refused: " << refusal << '\n';
  std::cout << "whole set: " << result->rate_mb_s << " MB/s\n";
  return result->refusals.empty() ? kExitOk : kExitFound;
}

}  // namespace

int run_rules(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("rules", po::value<std::string>()->value_name("DIR"),
                        "directory of rule files (default: the configuration's)");
  const Parsed parsed = parse("rules list|test|lint [OPTIONS]", options, arguments, "action");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  const EngineConfig engine = engine_config(*config);
  const auto actions = parsed.list("action");
  const std::string action = actions.size() == 1 ? actions.front() : "";
  if (action != "list" && action != "test" && action != "lint") {
    return fail(Error(ErrorCode::kInvalidArgument, "say what to do: rules list, test or lint"));
  }

  auto specs = load_rule_directory(parsed.has("rules") ? parsed.text("rules") : engine.rules_dir);
  if (!specs) return fail(specs.error());
  RuleSetOptions compile;
  compile.digest = sha256;
  const auto rules = RuleSet::compile(std::move(*specs), compile);
  if (!rules) return fail(rules.error());
  if (action == "list") return list_rules(**rules);
  if (action == "test") return test_examples(*rules);
  return lint(**rules);
}

}  // namespace credence::cli
