#include "scanners/core/media_kind.h"

#include <array>

namespace credence {
namespace {

constexpr unsigned kNone = 0;
constexpr unsigned kText = 1;
constexpr unsigned kDocument = 2;
constexpr unsigned kArchive = 4;
constexpr unsigned kSandbox = 8;
constexpr unsigned kScanned = 16;

constexpr MediaKindInfo row(MediaKind kind, std::string_view name, std::string_view mime,
                            unsigned traits) {
  return {kind,
          name,
          mime,
          (traits & kText) != 0,
          (traits & kDocument) != 0,
          (traits & kArchive) != 0,
          (traits & kSandbox) != 0,
          (traits & kScanned) != 0};
}

constexpr auto kTable = std::to_array<MediaKindInfo>({
#define CREDENCE_MEDIA_KIND(symbol, name, mime, traits) row(MediaKind::symbol, name, mime, traits),
#include "scanners/core/media_kinds.def"
#undef CREDENCE_MEDIA_KIND
});
static_assert(kNone == 0);

}  // namespace

const MediaKindInfo& info(MediaKind kind) noexcept {
  const auto index = static_cast<std::size_t>(kind);
  return kTable[index < kTable.size() ? index : 0];
}

std::optional<MediaKind> parse_media_kind(std::string_view name) noexcept {
  for (const MediaKindInfo& row : kTable) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

}  // namespace credence
