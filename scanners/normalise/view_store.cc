#include "scanners/normalise/view_store.h"

#include <functional>
#include <utility>

#include "scanners/core/result.h"

namespace credence::normalise {
namespace {

// A buffer that grew past this is not kept for the next chunk.
constexpr std::size_t kKeptBytes = 1U << 20;

}  // namespace

void ViewStore::add(std::string_view text, OffsetMap map, Decoding decoding, std::uint8_t depth) {
  CREDENCE_CHECK(!full());
  while (slots_.size() <= views_.size()) slots_.push_back(std::make_unique<Slot>());
  Slot& slot = *slots_[views_.size()];
  if (slot.buffer.capacity() > kKeptBytes) slot.buffer = PaddedBuffer();
  slot.buffer.assign(text);
  slot.map = std::move(map);
  views_.push_back({slot.buffer.view(), &slot.map, decoding, depth});
}

bool ViewStore::remember(const Decoded& decoded) {
  const ByteSpan place = decoded.map.to_source({0, decoded.map.size()});
  std::uint64_t hash = std::hash<std::string_view>{}(decoded.text);
  hash = (hash ^ place.offset) * 0x9E3779B97F4A7C15;
  return seen_.insert(hash).second;
}

}  // namespace credence::normalise
