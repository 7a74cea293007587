#include "daemon/cli/finding_groups.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace credence::cli {
namespace {

Finding finding(FindingCode code, std::uint64_t begin, std::uint64_t end, float score,
                LayerId layer = 0) {
  return Finding::of(code, layer, {begin, end - begin}, score);
}

}  // namespace

TEST_CASE("findings of one code that overlap are one group") {
  constexpr FindingCode kOne = FindingCode::kInstructionOverride;
  constexpr FindingCode kOther = FindingCode::kPromptLeak;
  struct Expected {
    std::uint64_t begin;
    std::uint64_t end;
    std::size_t count;
  };
  const struct {
    std::string name;
    std::vector<Finding> findings;
    std::vector<Expected> groups;
  } cases[] = {
      {"none", {}, {}},
      {"one", {finding(kOne, 0, 9, 0.5F)}, {{0, 9, 1}}},
      {"inside", {finding(kOne, 2, 5, 0.9F), finding(kOne, 0, 9, 0.5F)}, {{0, 9, 2}}},
      {"same span", {finding(kOne, 0, 9, 0.5F), finding(kOne, 0, 9, 0.5F)}, {{0, 9, 2}}},
      {"same empty span", {finding(kOne, 4, 4, 0.5F), finding(kOne, 4, 4, 0.5F)}, {{4, 4, 2}}},
      {"chain",
       {finding(kOne, 0, 5, 0.5F), finding(kOne, 8, 20, 0.5F), finding(kOne, 4, 9, 0.5F)},
       {{8, 20, 3}}},
      {"touching", {finding(kOne, 0, 5, 0.5F), finding(kOne, 5, 9, 0.5F)}, {{0, 5, 1}, {5, 9, 1}}},
      {"other code",
       {finding(kOne, 0, 9, 0.5F), finding(kOther, 0, 9, 0.6F)},
       {{0, 9, 1}, {0, 9, 1}}},
      {"other layer",
       {finding(kOne, 0, 9, 0.5F, 1), finding(kOne, 0, 9, 0.5F, 2)},
       {{0, 9, 1}, {0, 9, 1}}},
      {"strongest first",
       {finding(kOne, 0, 5, 0.5F), finding(kOne, 7, 9, 0.6F), finding(kOther, 0, 3, 0.7F)},
       {{0, 3, 1}, {7, 9, 1}, {0, 5, 1}}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::vector<const Finding*> pointers;
    for (const Finding& each : c.findings) pointers.push_back(&each);
    const auto groups = group_findings(pointers);
    REQUIRE(groups.size() == c.groups.size());
    for (std::size_t i = 0; i < groups.size(); ++i) {
      CAPTURE(i);
      CHECK(groups[i].widest->span.offset == c.groups[i].begin);
      CHECK(groups[i].widest->span.end() == c.groups[i].end);
      CHECK(groups[i].count == c.groups[i].count);
    }
  }
}

}  // namespace credence::cli
