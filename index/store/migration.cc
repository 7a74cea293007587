#include "index/store/migration.h"

#include <algorithm>
#include <optional>
#include <string>

#include "index/record/codec.h"
#include "index/store/keys.h"

namespace credence {
namespace {

constexpr std::uint8_t kSchemaEncoding = 1;

Result<void> write_schema(KeyValue& store, std::uint32_t version) {
  const auto batch = store.make_batch();
  batch->put(Family::kMeta, kSchemaKey,
             std::move(Encoder(kSchemaEncoding).fixed32(version)).take());
  return store.write(*batch);
}

// nullopt for a store in which nothing was ever written.
Result<std::optional<std::uint32_t>> read_schema(const KeyValue& store) {
  auto bytes = store.get(Family::kMeta, kSchemaKey);
  if (!bytes) return std::move(bytes).error();
  if (bytes->has_value()) {
    Decoder in(**bytes);
    const bool known = in.byte() == kSchemaEncoding;
    const std::uint32_t version = in.fixed32();
    if (known && in.finished() && version > 0) return std::optional(version);
    return Error(ErrorCode::kCorrupt, "the store's schema number does not read back");
  }
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    auto last = store.last(static_cast<Family>(i));
    if (!last) return std::move(last).error();
    if (last->has_value()) {
      return Error(ErrorCode::kCorrupt, "the store holds records but no schema number");
    }
  }
  return std::optional<std::uint32_t>();
}

Error too_new(std::uint32_t found, std::uint32_t target) {
  return Error(ErrorCode::kUnsupported,
               "the store has schema " + std::to_string(found) +
                   ", written by a later version; "
                   "this one knows schemas up to " +
                   std::to_string(target) +
                   ": install that version, or start with another store path");
}

}  // namespace

std::span<const Migration> migrations() noexcept { return {}; }

Result<void> migrate(KeyValue& store, std::span<const Migration> steps, std::uint32_t target) {
  auto found = read_schema(store);
  if (!found) return std::move(found).error();
  if (!found->has_value()) return write_schema(store, target);
  std::uint32_t version = **found;
  if (version > target) return too_new(version, target);
  while (version < target) {
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [&](const Migration& m) { return m.from == version; });
    if (step == steps.end()) {
      return Error(ErrorCode::kUnsupported, "the store has schema " + std::to_string(version) +
                                                ", from which this version knows no way to " +
                                                std::to_string(target));
    }
    const std::string context = "migrating the store from schema " + std::to_string(version);
    if (auto done = step->run(store); !done) return Error(done.error()).with_context(context);
    ++version;
    if (auto done = write_schema(store, version); !done) {
      return Error(done.error()).with_context(context);
    }
  }
  return {};
}

Result<void> check_schema(const KeyValue& store, std::uint32_t target) {
  auto found = read_schema(store);
  if (!found) return std::move(found).error();
  if (!found->has_value()) return Error(ErrorCode::kNotFound, "the store is empty");
  if (**found > target) return too_new(**found, target);
  if (**found < target) {
    return Error(ErrorCode::kUnsupported,
                 "the store has the earlier schema " + std::to_string(**found) +
                     ": start credenced once to bring it to " + std::to_string(target));
  }
  return {};
}

}  // namespace credence
