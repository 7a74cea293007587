#include "daemon/quarantine_desk.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <unistd.h>

#include "daemon/pipeline/file_uri.h"
#include "provenance/crypto/sha256.h"

namespace credence {
namespace {

Result<Digest> hash_descriptor(int descriptor) {
  Sha256 hash;
  std::vector<char> block(1 << 20);
  off_t at = 0;
  while (true) {
    const ssize_t got = ::pread(descriptor, block.data(), block.size(), at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(ErrorCode::kIo, "cannot read a file for quarantine");
    if (got == 0) return hash.finish();
    hash.update(std::string_view(block.data(), static_cast<std::size_t>(got)));
    at += got;
  }
}

}  // namespace

Result<std::unique_ptr<QuarantineDesk>> QuarantineDesk::open(const std::string& directory,
                                                             VerdictStore& store, TrustTable& table,
                                                             const Clock& clock) {
  QuarantineOptions options;
  options.root = directory;
  options.digest = hash_descriptor;
  auto quarantine = Quarantine::open(std::move(options));
  if (!quarantine) return std::move(quarantine).error();
  return std::unique_ptr<QuarantineDesk>(
      new QuarantineDesk(std::move(*quarantine), store, table, clock));
}

Result<bool> QuarantineDesk::take(const ArtifactCommit& commit) {
  const auto path = path_of_file_uri(commit.uri);
  if (!path) return false;
  const auto stored = store_.verdict(commit.verdict.digest);
  if (!stored) return stored.error();
  if (!stored->has_value() || (*stored)->disposition() < Disposition::kQuarantine) return false;

  QuarantineRequest request;
  request.path = *path;
  request.uri = commit.uri;
  request.digest = commit.verdict.digest;
  request.identity = commit.identity;
  for (const FindingCode code : (*stored)->decision.reasons) {
    request.reasons.emplace_back(info(code).id);
  }
  request.actor = commit.actor;
  request.at_ms = clock_.unix_ms();
  auto taken = quarantine_->take(request);
  if (!taken) {
    const ErrorCode code = taken.error().code();
    if (code == ErrorCode::kNotFound || code == ErrorCode::kUnavailable) return false;
    return std::move(taken).error();
  }
  if (auto noted = store_.audit(std::move(taken->audit)); !noted) return std::move(noted).error();
  return true;
}

Result<std::vector<QuarantineItem>> QuarantineDesk::list(std::size_t count_max) {
  auto entries = quarantine_->list();
  if (!entries) return std::move(entries).error();
  std::sort(entries->begin(), entries->end(),
            [](const auto& a, const auto& b) { return a.at_ms > b.at_ms; });
  if (entries->size() > count_max) entries->resize(count_max);
  std::vector<QuarantineItem> items;
  for (const QuarantineEntry& entry : *entries) {
    items.push_back({entry.digest, entry.uri, entry.size, entry.at_ms});
  }
  return items;
}

Result<QuarantineEntry> QuarantineDesk::newest(const Digest& digest) const {
  auto entries = quarantine_->list();
  if (!entries) return std::move(entries).error();
  const QuarantineEntry* found = nullptr;
  for (const QuarantineEntry& entry : *entries) {
    if (entry.digest == digest && (found == nullptr || entry.at_ms > found->at_ms)) found = &entry;
  }
  if (found == nullptr) {
    return Error(ErrorCode::kNotFound, "nothing of digest " + digest.hex() + " is held");
  }
  return *found;
}

Result<void> QuarantineDesk::allow(const Digest& digest, std::string_view actor) {
  VerdictRecord::Override override;
  override.disposition = Disposition::kAllow;
  override.by = actor;
  override.reason = "released from quarantine";
  override.at_ms = clock_.unix_ms();
  if (auto set = store_.set_override(digest, std::move(override)); !set) return set;
  const auto stored = store_.verdict(digest);
  if (!stored) return stored.error();
  if (stored->has_value()) table_.apply_override(**stored);
  return {};
}

Result<void> QuarantineDesk::release(const Digest& digest, std::string_view actor) {
  const auto entry = newest(digest);
  if (!entry) return entry.error();
  if (auto allowed = allow(digest, actor); !allowed) return allowed;
  auto released = quarantine_->release(entry->id, actor, clock_.unix_ms());
  if (!released) return std::move(released).error();
  return store_.audit(std::move(*released));
}

Result<void> QuarantineDesk::remove(const Digest& digest, std::string_view actor) {
  const auto entry = newest(digest);
  if (!entry) return entry.error();
  auto removed = quarantine_->remove(entry->id, actor, clock_.unix_ms());
  if (!removed) return std::move(removed).error();
  return store_.audit(std::move(*removed));
}

}  // namespace credence
