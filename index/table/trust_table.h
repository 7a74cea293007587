#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/record/verdict_record.h"
#include "index/store/verdict_store.h"
#include "scanners/core/decision.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

// This room is the query path's copy of the store: one flat hash table in memory,
// keyed by whole digests. Never by a prefix of one: with a billion entries an
// attacker can make a text that shares 64 bits with some trusted entry.
namespace credence {

// What a trust query needs of a verdict, packed.
struct TrustEntry {
  static constexpr std::size_t kReasonsMax = 4;

  Verdict verdict = Verdict::kUndetermined;
  Disposition disposition = Disposition::kDeny;
  std::uint8_t reason_count = 0;
  std::uint8_t engine = 0;  // index into the table's list of engines; see is_stale()
  std::uint16_t score = 0;  // 0..1 as 0..65535
  std::array<FindingCode, kReasonsMax> reasons{};
  std::uint32_t scanned_at_s = 0;  // since 1970-01-01 UTC
};

// Many readers, without locks; one writer at a time (writers exclude each other
// inside). A reader sees an entry whole, old or new.
class TrustTable {
 public:
  TrustTable();
  ~TrustTable();
  TrustTable(const TrustTable&) = delete;
  TrustTable& operator=(const TrustTable&) = delete;

  // Fills an empty table from everything in `store`: verdicts, chunks, and the
  // URIs and caller ids that lead to them.
  Result<void> load(const VerdictStore& store);

  // Follows a durable commit.
  void apply(const ArtifactCommit& commit);
  void apply_override(const VerdictRecord& record);
  void forget_uri(std::string_view uri);

  // By digest of an artifact or of a chunk's exact text. Where both exist for
  // one digest the stricter disposition is answered, unless an operator overrode
  // the verdict on these bytes: then that is the answer.
  [[nodiscard]] std::optional<TrustEntry> find(const Digest& digest) const noexcept;
  // Many at once, with prefetching; out[i] answers digests[i]. Equal sizes.
  void find(std::span<const Digest> digests,
            std::span<std::optional<TrustEntry>> out) const noexcept;

  // The digest that a URI or a caller's id leads to.
  [[nodiscard]] std::optional<Digest> find_uri(std::string_view uri) const;
  [[nodiscard]] std::optional<Digest> find_id(std::string_view id) const;

  // Says which engine judges now; entries of any other are stale.
  void set_engine(const Digest& engine);
  [[nodiscard]] bool is_stale(const TrustEntry& entry) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  friend Result<std::vector<std::string>> compare(const TrustTable& table,
                                                  const VerdictStore& store);
  struct State;
  std::unique_ptr<State> state_;
};

// What disagrees between a fresh table of `store` and `table`; one message each.
[[nodiscard]] Result<std::vector<std::string>> compare(const TrustTable& table,
                                                       const VerdictStore& store);

}  // namespace credence
