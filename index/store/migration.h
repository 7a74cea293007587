#pragma once

#include <cstdint>
#include <span>

#include "index/store/key_value.h"
#include "scanners/core/result.h"

namespace credence {

// The layout of keys and families that this version reads and writes. Raised, with
// a step in migrations(), when an older store would be misread.
inline constexpr std::uint32_t kSchemaVersion = 1;

// Rewrites a store of schema `from` into one of schema from + 1. May be stopped at
// any point and run again from its start: it accepts its own half-done work.
struct Migration {
  std::uint32_t from;
  Result<void> (*run)(KeyValue& store);
};

// The steps from every schema that was ever released to kSchemaVersion.
[[nodiscard]] std::span<const Migration> migrations() noexcept;

// Brings `store` to schema `target`. An empty store gets it at once; a later
// schema is kUnsupported, a missing or unreadable one kCorrupt. The number is
// written after each step, so an interrupted run goes on where it stopped.
Result<void> migrate(KeyValue& store, std::span<const Migration> steps, std::uint32_t target);

// Whether `store` has schema `target` exactly, for opening without writing.
Result<void> check_schema(const KeyValue& store, std::uint32_t target);

}  // namespace credence
