#include "index/store/keyed_store.h"

#include <unordered_map>
#include <utility>

#include "index/record/codec.h"
#include "index/store/keys.h"
#include "index/store/migration.h"
#include "index/store/verify.h"

namespace credence {
namespace {

constexpr std::uint8_t kSequenceEncoding = 1;
constexpr std::size_t kUriBytesMax = 32U << 10;
constexpr std::size_t kCallerIdBytesMax = 4U << 10;
constexpr std::size_t kReportBytesMax = 64U << 20;

std::string encode_sequence(std::uint64_t sequence) {
  return std::move(Encoder(kSequenceEncoding).fixed64(sequence)).take();
}

Result<std::uint64_t> decode_sequence(std::string_view bytes) {
  Decoder in(bytes);
  const bool known = in.byte() == kSequenceEncoding;
  const std::uint64_t sequence = in.fixed64();
  if (known && in.finished()) return sequence;
  return Error(ErrorCode::kCorrupt, "a stored sequence does not read back");
}

Result<void> check_size(std::string_view what, std::size_t size, std::size_t size_max) {
  if (size <= size_max) return {};
  return Error(ErrorCode::kInvalidArgument, std::string(what) + " of " + std::to_string(size) +
                                                " bytes; at most " + std::to_string(size_max) +
                                                " can be stored");
}

Result<void> check_sizes(const ArtifactCommit& commit) {
  if (auto ok = check_size("a URI", commit.uri.size(), kUriBytesMax); !ok) return ok;
  if (auto ok = check_size("a report", commit.verdict.report_json.size(), kReportBytesMax); !ok) {
    return ok;
  }
  for (const std::string& id : commit.caller_ids) {
    if (auto ok = check_size("a caller's id", id.size(), kCallerIdBytesMax); !ok) return ok;
  }
  for (const ChunkVerdict& chunk : commit.chunks) {
    if (auto ok = check_size("a caller's id", chunk.record_id.size(), kCallerIdBytesMax); !ok) {
      return ok;
    }
  }
  return {};
}

// What a commit writes whatever the store holds, encoded before the writer's turn.
struct Put {
  Family family;
  std::string key;
  std::string value;
};

void add_puts(const ArtifactCommit& commit, std::vector<Put>& out) {
  const Digest& digest = commit.verdict.digest;
  for (const ChunkVerdict& chunk : commit.chunks) {
    out.push_back({Family::kChunks, std::string(digest_key(chunk.digest)), encode(chunk)});
    if (!chunk.record_id.empty()) {
      out.push_back({Family::kCallerIds, chunk.record_id, encode_alias(chunk.digest)});
    }
  }
  for (const std::string& id : commit.caller_ids) {
    out.push_back({Family::kCallerIds, id, encode_alias(digest)});
  }
  if (!commit.uri.empty()) {
    const UriRecord record{
        .digest = digest, .identity = commit.identity, .seen_at_ms = commit.verdict.scanned_at_ms};
    out.push_back({Family::kUris, commit.uri, encode(record)});
  }
}

AuditEntry verdict_entry(const ArtifactCommit& commit, const VerdictRecord& record) {
  AuditEntry entry;
  entry.at_ms = record.scanned_at_ms;
  entry.actor = commit.actor;
  entry.action = "verdict";
  entry.subject = record.digest.uri();
  entry.detail =
      std::string(to_string(record.disposition())) + ' ' + std::string(to_string(record.verdict()));
  if (!commit.uri.empty()) entry.detail += ' ' + commit.uri;
  return entry;
}

// The stored verdict on `digest`, as the transaction sees it.
Result<std::optional<VerdictRecord>> stored_verdict(const Transaction& transaction,
                                                    const Digest& digest) {
  auto bytes = transaction.get(Family::kVerdicts, digest_key(digest));
  if (!bytes) return std::move(bytes).error();
  if (!bytes->has_value()) return std::optional<VerdictRecord>();
  auto record = decode_verdict(**bytes);
  if (!record) return std::move(record).error();
  return std::optional(*std::move(record));
}

Result<std::optional<WorkItem>> stored_work(const Transaction& transaction,
                                            std::uint64_t sequence) {
  auto bytes = transaction.get(Family::kQueue, work_key(sequence));
  if (!bytes) return std::move(bytes).error();
  if (!bytes->has_value()) return std::optional<WorkItem>();
  auto item = decode_work(**bytes);
  if (!item) return std::move(item).error();
  return std::optional(*std::move(item));
}

void erase_work(Transaction& transaction, const WorkItem& item) {
  transaction.erase(Family::kQueue, work_key(item.sequence));
  transaction.erase(Family::kQueue, work_uri_key(item.uri));
  --transaction.tail().queued;
}

// What one commit found in the store before it writes.
struct Found {
  VerdictRecord::Override overridden;
  std::optional<WorkItem> work;
};

// The override that holds after `commit`: its own, else the one of an earlier
// commit of the same call, else the stored one.
Result<VerdictRecord::Override> override_after(
    const Transaction& transaction, const ArtifactCommit& commit,
    std::unordered_map<Digest, VerdictRecord::Override>& earlier) {
  const VerdictRecord& record = commit.verdict;
  const auto known = earlier.find(record.digest);
  if (!record.overridden.by.empty()) {
    earlier.insert_or_assign(record.digest, record.overridden);
    return record.overridden;
  }
  if (known != earlier.end()) return known->second;
  auto stored = stored_verdict(transaction, record.digest);
  if (!stored) return std::move(stored).error();
  return stored->has_value() ? (*stored)->overridden : VerdictRecord::Override{};
}

Result<std::vector<Found>> look_up(const Transaction& transaction,
                                   std::span<const ArtifactCommit> commits) {
  std::vector<Found> found;
  found.reserve(commits.size());
  std::unordered_map<Digest, VerdictRecord::Override> earlier;
  for (const ArtifactCommit& commit : commits) {
    auto overridden = override_after(transaction, commit, earlier);
    if (!overridden) return std::move(overridden).error();
    std::optional<WorkItem> item;
    if (commit.work_sequence != 0) {
      auto work = stored_work(transaction, commit.work_sequence);
      if (!work) return std::move(work).error();
      item = *std::move(work);
    }
    found.push_back({*std::move(overridden), std::move(item)});
  }
  return found;
}

void write_commit(Transaction& transaction, const ArtifactCommit& commit, const Found& found) {
  VerdictRecord record = commit.verdict;
  record.overridden = found.overridden;
  transaction.put(Family::kVerdicts, digest_key(record.digest), encode(record));
  transaction.audit(verdict_entry(commit, record));
  if (!found.work) return;
  // Two commits of one call may name the same item.
  const auto still = transaction.get(Family::kQueue, work_key(found.work->sequence));
  if (still.ok() && still->has_value()) erase_work(transaction, *found.work);
}

AuditEntry override_entry(const VerdictRecord& record) {
  AuditEntry entry;
  entry.at_ms = record.overridden.at_ms;
  entry.actor = record.overridden.by;
  entry.action = "override";
  entry.subject = record.digest.uri();
  entry.detail =
      record.overridden.by.empty()
          ? "withdrawn"
          : std::string(to_string(record.overridden.disposition)) + ' ' + record.overridden.reason;
  return entry;
}

// Visits each record of a family, decoded.
template <typename Decode, typename Visit>
Result<void> each(const KeyValue& base, Family family, std::string_view from, Decode decode,
                  const Visit& visit) {
  Result<void> outcome;
  auto scanned = base.scan(family, from, [&](std::string_view key, std::string_view value) {
    auto record = decode(value);
    if (!record) {
      outcome = std::move(record).error();
      return false;
    }
    return visit(key, *record);
  });
  if (!scanned) return scanned;
  return outcome;
}

template <typename Decode>
auto lookup(const KeyValue& base, Family family, std::string_view key, Decode decode)
    -> Result<std::optional<std::decay_t<decltype(*decode(key))>>> {
  auto bytes = base.get(family, key);
  if (!bytes) return std::move(bytes).error();
  if (!bytes->has_value()) return std::optional<std::decay_t<decltype(*decode(key))>>();
  auto record = decode(**bytes);
  if (!record) return std::move(record).error();
  return std::optional(*std::move(record));
}

Result<StoreTail> find_tail(const KeyValue& base, DigestFunction digest) {
  StoreTail tail;
  auto audit = base.last(Family::kAudit);
  if (!audit) return std::move(audit).error();
  if (audit->has_value()) {
    const auto& [key, value] = **audit;
    const auto sequence = parse_sequence(key);
    if (!sequence) return Error(ErrorCode::kCorrupt, "the audit log's last key does not read back");
    tail.audit_next = *sequence + 1;
    tail.audit_last = digest(std::as_bytes(std::span(value)));
  }
  auto next = base.get(Family::kMeta, kQueueNextKey);
  if (!next) return std::move(next).error();
  if (next->has_value()) {
    auto sequence = decode_sequence(**next);
    if (!sequence) return std::move(sequence).error();
    tail.queue_next = *sequence;
  }
  const std::string first = work_key(0);
  auto counted = base.scan(Family::kQueue, first, [&](std::string_view key, std::string_view) {
    if (key.front() != kWorkTag) return false;
    ++tail.queued;
    return true;
  });
  if (!counted) return counted.error();
  return tail;
}

}  // namespace

Result<std::unique_ptr<VerdictStore>> KeyedStore::open(std::unique_ptr<KeyValue> base,
                                                       DigestFunction digest, bool read_only) {
  auto schema = read_only ? check_schema(*base, kSchemaVersion)
                          : migrate(*base, migrations(), kSchemaVersion);
  if (!schema) return std::move(schema).error();
  auto tail = find_tail(*base, digest);
  if (!tail) return std::move(tail).error();
  return std::unique_ptr<VerdictStore>(new KeyedStore(std::move(base), *tail, digest, read_only));
}

KeyedStore::KeyedStore(std::unique_ptr<KeyValue> base, StoreTail tail, DigestFunction digest,
                       bool read_only)
    : base_(std::move(base)),
      digest_(digest),
      read_only_(read_only),
      writer_(*base_, tail, digest) {}

Result<void> KeyedStore::write(const GroupWriter::Operation& operation) {
  if (read_only_) {
    return Error(ErrorCode::kPermissionDenied, "the store was opened for reading only");
  }
  return writer_.run(operation);
}

Result<void> KeyedStore::commit(std::span<const ArtifactCommit> commits) {
  std::vector<Put> puts;
  for (const ArtifactCommit& commit : commits) {
    if (auto ok = check_sizes(commit); !ok) return ok;
    add_puts(commit, puts);
  }
  if (commits.empty()) return {};
  return write([&](Transaction& transaction) -> Result<void> {
    const auto found = look_up(transaction, commits);
    if (!found) return found.error();
    for (const Put& put : puts) transaction.put(put.family, put.key, put.value);
    for (std::size_t i = 0; i < commits.size(); ++i) {
      write_commit(transaction, commits[i], (*found)[i]);
    }
    return {};
  });
}

Result<void> KeyedStore::set_override(const Digest& digest, VerdictRecord::Override override) {
  return write([&](Transaction& transaction) -> Result<void> {
    auto stored = stored_verdict(transaction, digest);
    if (!stored) return std::move(stored).error();
    if (!stored->has_value()) {
      return Error(ErrorCode::kNotFound, "no verdict is stored for " + digest.uri());
    }
    VerdictRecord& record = **stored;
    record.overridden = override;
    transaction.put(Family::kVerdicts, digest_key(digest), encode(record));
    transaction.audit(override_entry(record));
    return {};
  });
}

Result<std::optional<VerdictRecord>> KeyedStore::verdict(const Digest& digest) const {
  return lookup(*base_, Family::kVerdicts, digest_key(digest), decode_verdict);
}

Result<std::optional<ChunkVerdict>> KeyedStore::chunk(const Digest& digest) const {
  return lookup(*base_, Family::kChunks, digest_key(digest), decode_chunk);
}

Result<std::optional<UriRecord>> KeyedStore::uri(std::string_view uri) const {
  return lookup(*base_, Family::kUris, uri, decode_uri);
}

Result<std::optional<Digest>> KeyedStore::caller_id(std::string_view id) const {
  return lookup(*base_, Family::kCallerIds, id, decode_alias);
}

Result<void> KeyedStore::forget_uri(std::string_view uri) {
  return write([&](Transaction& transaction) -> Result<void> {
    transaction.erase(Family::kUris, uri);
    return {};
  });
}

Result<void> KeyedStore::each_verdict(
    const std::function<bool(const VerdictRecord&)>& visit) const {
  return each(*base_, Family::kVerdicts, {}, decode_verdict,
              [&](std::string_view, const VerdictRecord& record) { return visit(record); });
}

Result<void> KeyedStore::each_chunk(const std::function<bool(const ChunkVerdict&)>& visit) const {
  return each(*base_, Family::kChunks, {}, decode_chunk,
              [&](std::string_view, const ChunkVerdict& record) { return visit(record); });
}

Result<void> KeyedStore::each_uri(
    std::string_view prefix,
    const std::function<bool(std::string_view, const UriRecord&)>& visit) const {
  return each(*base_, Family::kUris, prefix, decode_uri,
              [&](std::string_view key, const UriRecord& record) {
                return key.starts_with(prefix) && visit(key, record);
              });
}

Result<void> KeyedStore::each_caller_id(
    const std::function<bool(std::string_view, const Digest&)>& visit) const {
  return each(*base_, Family::kCallerIds, {}, decode_alias, visit);
}

Result<std::vector<std::uint64_t>> KeyedStore::enqueue(std::span<const std::string> uris) {
  for (const std::string& uri : uris) {
    if (auto ok = check_size("a URI", uri.size(), kUriBytesMax); !ok) return ok.error();
  }
  std::vector<std::uint64_t> sequences;
  auto written = write([&](Transaction& transaction) -> Result<void> {
    sequences.clear();
    StoreTail& tail = transaction.tail();
    std::uint64_t next = tail.queue_next;
    std::unordered_map<std::string_view, std::uint64_t> fresh;
    for (const std::string& uri : uris) {
      auto queued = transaction.get(Family::kQueue, work_uri_key(uri));
      if (!queued) return std::move(queued).error();
      if (queued->has_value()) {
        auto sequence = decode_sequence(**queued);
        if (!sequence) return std::move(sequence).error();
        sequences.push_back(*sequence);
        continue;
      }
      const auto [place, added] = fresh.try_emplace(uri, next);
      if (added) ++next;
      sequences.push_back(place->second);
    }
    for (const auto& [uri, sequence] : fresh) {
      const WorkItem item{.sequence = sequence, .uri = std::string(uri), .attempts = 0};
      transaction.put(Family::kQueue, work_key(sequence), encode(item));
      transaction.put(Family::kQueue, work_uri_key(uri), encode_sequence(sequence));
    }
    if (fresh.empty()) return {};
    tail.queue_next = next;
    tail.queued += fresh.size();
    transaction.put(Family::kMeta, kQueueNextKey, encode_sequence(next));
    return {};
  });
  if (!written) return written.error();
  return sequences;
}

Result<void> KeyedStore::each_work(const std::function<bool(const WorkItem&)>& visit) const {
  bool first = true;
  Result<void> outcome;
  const std::string from = work_key(queue_floor_.load());
  auto scanned =
      base_->scan(Family::kQueue, from, [&](std::string_view key, std::string_view value) {
        if (key.front() != kWorkTag) return false;
        auto item = decode_work(value);
        if (!item) {
          outcome = std::move(item).error();
          return false;
        }
        if (std::exchange(first, false)) {
          std::uint64_t floor = queue_floor_.load();
          while (floor < item->sequence &&
                 !queue_floor_.compare_exchange_weak(floor, item->sequence)) {
          }
        }
        return visit(*item);
      });
  if (!scanned) return scanned;
  return outcome;
}

Result<std::uint32_t> KeyedStore::count_attempt(std::uint64_t sequence) {
  std::uint32_t attempts = 0;
  auto written = write([&](Transaction& transaction) -> Result<void> {
    auto item = stored_work(transaction, sequence);
    if (!item) return std::move(item).error();
    if (!item->has_value()) {
      return Error(ErrorCode::kNotFound, "no item " + std::to_string(sequence) + " is queued");
    }
    attempts = ++(*item)->attempts;
    transaction.put(Family::kQueue, work_key(sequence), encode(**item));
    return {};
  });
  if (!written) return written.error();
  return attempts;
}

Result<void> KeyedStore::drop_work(std::uint64_t sequence) {
  return write([&](Transaction& transaction) -> Result<void> {
    auto item = stored_work(transaction, sequence);
    if (!item) return std::move(item).error();
    if (item->has_value()) erase_work(transaction, **item);
    return {};
  });
}

Result<void> KeyedStore::audit(AuditEntry entry) {
  return write([&](Transaction& transaction) -> Result<void> {
    transaction.audit(entry);
    return {};
  });
}

Result<void> KeyedStore::each_audit(std::uint64_t from_sequence,
                                    const std::function<bool(const AuditEntry&)>& visit) const {
  return each(*base_, Family::kAudit, sequence_key(from_sequence), decode_audit,
              [&](std::string_view, const AuditEntry& entry) { return visit(entry); });
}

Result<StoreStatus> KeyedStore::status() const {
  const StoreTail tail = writer_.tail();
  StoreStatus status;
  status.verdicts = base_->estimate(Family::kVerdicts);
  status.chunks = base_->estimate(Family::kChunks);
  status.uris = base_->estimate(Family::kUris);
  status.caller_ids = base_->estimate(Family::kCallerIds);
  status.audit_entries = tail.audit_next - 1;
  status.queued = tail.queued;
  status.schema_version = kSchemaVersion;
  status.bytes_on_disk = base_->bytes_on_disk();
  return status;
}

Result<std::vector<std::string>> KeyedStore::verify() const {
  return verify_records(*base_, digest_);
}

}  // namespace credence
