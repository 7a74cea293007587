#include "daemon/cli/finding_groups.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace credence::cli {
namespace {

// A finding and its place in the order of discovery.
struct Entry {
  const Finding* finding;
  std::size_t order;
};

// A group under way: ends where a finding begins behind all of its members.
struct Open {
  FindingGroup group;
  std::uint64_t end = 0;
  std::size_t order = 0;  // of the strongest

  explicit Open(const Entry& first)
      : group{first.finding, first.finding, 1},
        end(first.finding->span.end()),
        order(first.order) {}

  [[nodiscard]] bool takes(const Finding& finding) const {
    const Finding& mine = *group.widest;
    return finding.code == mine.code && finding.layer == mine.layer &&
           (finding.span.offset < end || finding.span == mine.span);
  }

  void add(const Entry& entry) {
    const Finding& finding = *entry.finding;
    ++group.count;
    end = std::max(end, finding.span.end());
    if (finding.span.length > group.widest->span.length) group.widest = &finding;
    if (std::pair(finding.strength, finding.score) >
        std::pair(group.strongest->strength, group.strongest->score)) {
      group.strongest = &finding;
      order = entry.order;
    }
  }
};

}  // namespace

std::vector<FindingGroup> group_findings(const std::vector<const Finding*>& findings) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < findings.size(); ++i) entries.push_back({findings[i], i});
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const auto key = [](const Finding& f) { return std::tuple(f.code, f.layer, f.span.offset); };
    return key(*a.finding) < key(*b.finding);
  });
  std::vector<Open> groups;
  for (const Entry& entry : entries) {
    if (!groups.empty() && groups.back().takes(*entry.finding)) {
      groups.back().add(entry);
    } else {
      groups.emplace_back(entry);
    }
  }
  std::sort(groups.begin(), groups.end(), [](const Open& a, const Open& b) {
    const Finding& left = *a.group.strongest;
    const Finding& right = *b.group.strongest;
    return std::tuple(right.strength, right.score, a.order) <
           std::tuple(left.strength, left.score, b.order);
  });
  std::vector<FindingGroup> out;
  for (const Open& open : groups) out.push_back(open.group);
  return out;
}

}  // namespace credence::cli
