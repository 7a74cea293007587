#include "scanners/model/pickle/legacy_torch.h"

#include <array>
#include <vector>

#include "scanners/core/byte_reader.h"

namespace credence {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kKeyMax = 64;

// Bytes of an element of a storage class of torch; 0: no storage class.
std::uint64_t element_size(std::string_view name) noexcept {
  struct Row {
    std::string_view name;
    std::uint64_t size;
  };
  static constexpr auto kRows = std::to_array<Row>({
      {"FloatStorage", 4},
      {"DoubleStorage", 8},
      {"HalfStorage", 2},
      {"BFloat16Storage", 2},
      {"LongStorage", 8},
      {"IntStorage", 4},
      {"ShortStorage", 2},
      {"CharStorage", 1},
      {"ByteStorage", 1},
      {"BoolStorage", 1},
      {"ComplexFloatStorage", 8},
      {"ComplexDoubleStorage", 16},
      {"QInt8Storage", 1},
      {"QUInt8Storage", 1},
      {"QInt32Storage", 4},
      {"QUInt4x2Storage", 1},
      {"QUInt2x4Storage", 1},
      {"UntypedStorage", 1},
  });
  for (const Row& row : kRows) {
    if (row.name == name) return row.size;
  }
  return 0;
}

}  // namespace

bool LegacyTorch::begins(std::string_view stream) noexcept {
  // PROTO 2, LONG1 of ten bytes: 0x1950a86a20f9469cfc6c; STOP.
  return stream.starts_with("\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19\x2E"sv);
}

void LegacyTorch::persistent(const ValueArena& arena, Value id) {
  // ("storage", torch.FloatStorage, key, location, elements, view)
  const std::vector<Value> parts = arena.items(id, 3);
  if (parts.size() < 3 || arena.text(parts[0]) != "storage") return;
  const Reference* const type = arena.reference(parts[1]);
  const auto key = arena.text(parts[2]);
  if (type == nullptr || !key || key->size() > kKeyMax) return;
  if (element_sizes_.size() >= kStoragesMax) return;
  if (const std::uint64_t size = element_size(type->name); size != 0) {
    element_sizes_.try_emplace(std::string(*key), size);
  }
}

std::optional<std::uint64_t> LegacyTorch::storages_end(std::string_view stream,
                                                       std::uint64_t start) const {
  ByteReader reader(stream);
  if (!reader.seek(start)) return std::nullopt;
  for (const auto& [key, size] : element_sizes_) {
    const auto elements = reader.little<std::uint64_t>();
    if (!elements || *elements > reader.remaining() / size) return std::nullopt;
    if (!reader.skip(*elements * size)) return std::nullopt;
  }
  return reader.position();
}

}  // namespace credence
