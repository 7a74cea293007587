#include "scanners/rules/context_hits.h"

#include <algorithm>
#include <string_view>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::uint64_t kBlock = 16;  // of so many bytes a pattern's first and last hit count
constexpr std::size_t kHitsMax = 1 << 19;

}  // namespace

Result<void> ContextHits::collect(const HyperscanDatabase& database, std::size_t ids,
                                  PaddedView text, std::span<const ByteSpan> places,
                                  std::uint64_t head, std::uint64_t reach,
                                  HyperscanScratch& scratch) {
  hits_.clear();
  overflowed_ = false;
  if (blocks_.size() < ids) blocks_.resize(ids);
  ++round_;

  const std::uint64_t size = text.size();
  std::uint64_t from = 0;
  std::uint64_t to = std::min(size, head);
  for (const ByteSpan& place : places) {
    const std::uint64_t begin = place.offset > reach ? place.offset - reach : 0;
    const std::uint64_t end = std::min(size, place.end() + reach);
    if (begin <= to) {
      to = std::max(to, end);
      continue;
    }
    if (auto scanned = scan_part(database, text, from, to, scratch); !scanned) return scanned;
    from = begin;
    to = end;
  }
  if (auto scanned = scan_part(database, text, from, to, scratch); !scanned) return scanned;
  std::sort(hits_.begin(), hits_.end(), [](const ContextHit& a, const ContextHit& b) {
    return a.end != b.end ? a.end < b.end : a.id < b.id;
  });
  return {};
}

Result<void> ContextHits::scan_part(const HyperscanDatabase& database, PaddedView text,
                                    std::uint64_t from, std::uint64_t to,
                                    HyperscanScratch& scratch) {
  if (from == to) return {};
  const std::string_view all = text.text();
  const std::size_t begin = utf8_floor(all, from);
  const std::size_t end = utf8_floor(all, to);
  if (hits_.capacity() == 0) hits_.reserve(256);
  auto on_match = [&](std::uint32_t id, std::uint64_t stop) noexcept {
    Block& block = blocks_[id];
    const std::uint64_t number = (begin + stop) / kBlock;
    if (block.round != round_ || block.number != number) block = {round_, number, 0, 0};
    if (block.kept == 2) {
      hits_[block.last].end = begin + stop;
      return true;
    }
    if (hits_.size() >= kHitsMax) {
      overflowed_ = true;
      return false;
    }
    ++block.kept;
    block.last = static_cast<std::uint32_t>(hits_.size());
    hits_.push_back({begin + stop, id});
    return true;
  };
  return database.scan(text.subview(begin, end - begin), scratch, on_match);
}

std::span<const ContextHit> ContextHits::between(std::uint64_t from, std::uint64_t to) const {
  const auto by_end = [](std::uint64_t value, const ContextHit& hit) { return value < hit.end; };
  const auto first = std::upper_bound(hits_.begin(), hits_.end(), from, by_end);
  const auto last = std::upper_bound(first, hits_.end(), std::max(from, to), by_end);
  return std::span<const ContextHit>(first, last);
}

}  // namespace credence
