#pragma once

#include <cstdint>

#include "index/table/trust_table.h"

namespace credence {

// A TrustEntry in 96 bits. From the low end: verdict 3, disposition 2,
// reason_count 3, engine 8, score 16, reasons 4 × 8.
struct PackedEntry {
  std::uint64_t bits = 0;
  std::uint32_t scanned_at_s = 0;

  bool operator==(const PackedEntry&) const = default;

  [[nodiscard]] std::uint8_t engine() const noexcept {
    return static_cast<std::uint8_t>(bits >> kEngineShift);
  }
  void set_engine(std::uint8_t engine) noexcept {
    bits = (bits & ~(0xFFULL << kEngineShift)) | std::uint64_t{engine} << kEngineShift;
  }
  [[nodiscard]] Disposition disposition() const noexcept {
    return static_cast<Disposition>(bits >> 3 & 3);
  }

  [[nodiscard]] static PackedEntry pack(const TrustEntry& entry) noexcept {
    std::uint64_t bits = static_cast<std::uint64_t>(entry.verdict) |
                         static_cast<std::uint64_t>(entry.disposition) << 3 |
                         std::uint64_t{entry.reason_count} << 5 |
                         std::uint64_t{entry.engine} << kEngineShift |
                         std::uint64_t{entry.score} << 16;
    for (std::size_t i = 0; i < TrustEntry::kReasonsMax; ++i) {
      bits |= static_cast<std::uint64_t>(entry.reasons[i]) << (32 + 8 * i);
    }
    return {bits, entry.scanned_at_s};
  }

  [[nodiscard]] TrustEntry unpack() const noexcept {
    TrustEntry entry;
    entry.verdict = static_cast<Verdict>(bits & 7);
    entry.disposition = disposition();
    entry.reason_count = static_cast<std::uint8_t>(bits >> 5 & 7);
    entry.engine = engine();
    entry.score = static_cast<std::uint16_t>(bits >> 16);
    for (std::size_t i = 0; i < TrustEntry::kReasonsMax; ++i) {
      entry.reasons[i] = static_cast<FindingCode>(bits >> (32 + 8 * i));
    }
    entry.scanned_at_s = scanned_at_s;
    return entry;
  }

 private:
  static constexpr int kEngineShift = 8;
};

}  // namespace credence
