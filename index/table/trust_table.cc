#include "index/table/trust_table.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include "index/table/digest_table.h"
#include "index/table/engine_list.h"
#include "index/table/string_map.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kDifferencesMax = 1000;
constexpr std::size_t kShownMax = 200;

std::uint32_t seconds(std::int64_t unix_ms) noexcept {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(unix_ms / 1000, 0, UINT32_MAX));
}

TrustEntry entry_of(const Decision& decision, std::uint8_t engine, std::int64_t scanned_at_ms) {
  TrustEntry entry;
  entry.verdict = decision.verdict;
  entry.disposition = decision.disposition;
  entry.reason_count =
      static_cast<std::uint8_t>(std::min(decision.reasons.size(), TrustEntry::kReasonsMax));
  std::copy_n(decision.reasons.begin(), entry.reason_count, entry.reasons.begin());
  entry.engine = engine;
  entry.score = static_cast<std::uint16_t>(std::clamp(decision.score, 0.0F, 1.0F) * 65535.0F);
  entry.scanned_at_s = seconds(scanned_at_ms);
  return entry;
}

}  // namespace

struct TrustTable::State {
  mutable std::mutex writer;  // excludes writers from each other; guards engines
  DigestTable digests;
  StringMap uris;
  StringMap ids;
  EngineList engines;
  std::atomic<std::uint8_t> current_engine{EngineList::kOther};

  // All that follow are the writer's.

  void set_artifact(const VerdictRecord& record, bool keep_override) {
    DigestState state = digests.state(record.digest).value_or(DigestState{});
    TrustEntry entry = entry_of(record.decision, use(record.engine), record.scanned_at_ms);
    if (keep_override && state.overridden && record.overridden.by.empty()) {
      entry.disposition = state.artifact->disposition();
      if (entry.disposition == Disposition::kAllow) entry.verdict = Verdict::kTrusted;
    } else {
      entry.disposition = record.disposition();
      entry.verdict = record.verdict();
      state.overridden = !record.overridden.by.empty();
    }
    drop(state.artifact);
    state.artifact = PackedEntry::pack(entry);
    digests.set(record.digest, state);
  }

  void set_chunk(const ChunkVerdict& chunk) {
    DigestState state = digests.state(chunk.digest).value_or(DigestState{});
    const auto entry =
        PackedEntry::pack(entry_of(chunk.decision, use(chunk.engine), chunk.scanned_at_ms));
    drop(state.chunk);
    state.chunk = entry;
    digests.set(chunk.digest, state);
    if (!chunk.record_id.empty()) ids.set(chunk.record_id, chunk.digest);
  }

  std::uint8_t use(const Digest& engine) {
    const std::uint8_t number = engines.number(engine);
    engines.add_use(number);
    return number;
  }

  void drop(const std::optional<PackedEntry>& entry) {
    if (entry) engines.drop_use(entry->engine());
  }

  // Takes the number of the least used engine away from its entries, which turn
  // stale for good.
  void free_a_number() {
    const std::uint8_t least = engines.least_used();
    std::vector<std::pair<Digest, DigestState>> changed;
    digests.each([&](const Digest& digest, const DigestState& state) {
      DigestState without = state;
      for (auto* entry : {&without.artifact, &without.chunk}) {
        if (!*entry || (*entry)->engine() != least) continue;
        (*entry)->set_engine(EngineList::kOther);
        engines.drop_use(least);
        engines.add_use(EngineList::kOther);
      }
      if (without != state) changed.emplace_back(digest, without);
    });
    for (const auto& [digest, state] : changed) digests.set(digest, state);
  }
};

TrustTable::TrustTable() : state_(std::make_unique<State>()) {}
TrustTable::~TrustTable() = default;

Result<void> TrustTable::load(const VerdictStore& store) {
  auto status = store.status();
  if (!status) return std::move(status).error();
  const std::lock_guard lock(state_->writer);
  // Estimates, which a damaged store may have wrong: no more than a hint.
  constexpr std::uint64_t kReserveMax = 64ULL << 20;
  state_->digests.reserve(std::min(status->verdicts + status->chunks, kReserveMax));
  auto loaded = store.each_verdict([&](const VerdictRecord& record) {
    state_->set_artifact(record, false);
    return true;
  });
  if (!loaded) return loaded;
  loaded = store.each_chunk([&](const ChunkVerdict& chunk) {
    state_->set_chunk(chunk);
    return true;
  });
  if (!loaded) return loaded;
  loaded = store.each_uri({}, [&](std::string_view uri, const UriRecord& record) {
    state_->uris.set(uri, record.digest);
    return true;
  });
  if (!loaded) return loaded;
  return store.each_caller_id([&](std::string_view id, const Digest& digest) {
    state_->ids.set(id, digest);
    return true;
  });
}

void TrustTable::apply(const ArtifactCommit& commit) {
  const std::lock_guard lock(state_->writer);
  for (const ChunkVerdict& chunk : commit.chunks) state_->set_chunk(chunk);
  state_->set_artifact(commit.verdict, true);
  for (const std::string& id : commit.caller_ids) state_->ids.set(id, commit.verdict.digest);
  if (!commit.uri.empty()) state_->uris.set(commit.uri, commit.verdict.digest);
}

void TrustTable::apply_override(const VerdictRecord& record) {
  const std::lock_guard lock(state_->writer);
  state_->set_artifact(record, false);
}

void TrustTable::forget_uri(std::string_view uri) { state_->uris.erase(uri); }

std::optional<TrustEntry> TrustTable::find(const Digest& digest) const noexcept {
  const auto entry = state_->digests.find(digest);
  if (!entry) return std::nullopt;
  return entry->unpack();
}

void TrustTable::find(std::span<const Digest> digests,
                      std::span<std::optional<TrustEntry>> out) const noexcept {
  CREDENCE_CHECK(digests.size() == out.size());
  state_->digests.find(digests, out);
}

std::optional<Digest> TrustTable::find_uri(std::string_view uri) const {
  return state_->uris.find(uri);
}

std::optional<Digest> TrustTable::find_id(std::string_view id) const {
  return state_->ids.find(id);
}

void TrustTable::set_engine(const Digest& engine) {
  const std::lock_guard lock(state_->writer);
  std::uint8_t number = state_->engines.number(engine);
  if (number == EngineList::kOther) {
    state_->free_a_number();
    number = state_->engines.number(engine);
  }
  state_->engines.keep(number);
  state_->current_engine.store(number);
}

bool TrustTable::is_stale(const TrustEntry& entry) const noexcept {
  return entry.engine == EngineList::kOther ||
         entry.engine != state_->current_engine.load(std::memory_order_relaxed);
}

std::size_t TrustTable::size() const noexcept { return state_->digests.size(); }

std::size_t TrustTable::bytes() const noexcept {
  return state_->digests.bytes() + state_->uris.bytes() + state_->ids.bytes();
}

namespace {

// Collects what differs, up to a bound.
class Differences {
 public:
  void add(std::string message) {
    if (++count_ <= kDifferencesMax) messages_.push_back(std::move(message));
  }
  [[nodiscard]] std::vector<std::string> take() && {
    if (count_ > kDifferencesMax) {
      messages_.push_back("and " + std::to_string(count_ - kDifferencesMax) + " more");
    }
    return std::move(messages_);
  }

 private:
  std::vector<std::string> messages_;
  std::size_t count_ = 0;
};

// `entry` of a table with `engines`, as one of a table where engine numbers are
// those of `others`.
std::optional<PackedEntry> renumbered(std::optional<PackedEntry> entry, const EngineList& engines,
                                      EngineList& others) {
  if (!entry) return entry;
  const auto engine = engines.engine(entry->engine());
  entry->set_engine(engine ? others.number(*engine) : EngineList::kOther);
  return entry;
}

void compare_strings(const StringMap& kept, const StringMap& fresh, std::string_view kind,
                     Differences& out) {
  fresh.each([&](std::string_view text, const Digest& digest) {
    const std::string name = std::string(kind) + ' ' + printable(text, kShownMax);
    const auto found = kept.find(text);
    if (!found) {
      out.add(name + " is not in the table");
    } else if (*found != digest) {
      out.add(name + " leads elsewhere in the table");
    }
  });
  kept.each([&](std::string_view text, const Digest&) {
    if (!fresh.find(text)) {
      out.add(std::string(kind) + ' ' + printable(text, kShownMax) + " is not in the store");
    }
  });
}

}  // namespace

Result<std::vector<std::string>> compare(const TrustTable& table, const VerdictStore& store) {
  TrustTable fresh;
  if (auto loaded = fresh.load(store); !loaded) return loaded.error();
  const TrustTable::State& kept = *table.state_;
  TrustTable::State& expected = *fresh.state_;
  const std::lock_guard lock(kept.writer);
  Differences out;
  expected.digests.each([&](const Digest& digest, const DigestState& state) {
    auto found = kept.digests.state(digest);
    if (!found) {
      out.add(digest.uri() + " is not in the table");
      return;
    }
    found->artifact = renumbered(found->artifact, kept.engines, expected.engines);
    found->chunk = renumbered(found->chunk, kept.engines, expected.engines);
    if (*found != state) out.add(digest.uri() + " is otherwise in the table");
  });
  kept.digests.each([&](const Digest& digest, const DigestState&) {
    if (!expected.digests.state(digest)) out.add(digest.uri() + " is not in the store");
  });
  compare_strings(kept.uris, expected.uris, "URI", out);
  compare_strings(kept.ids, expected.ids, "caller's id", out);
  return std::move(out).take();
}

}  // namespace credence
