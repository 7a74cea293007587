#include "daemon/pipeline/rescans.h"

#include <utility>

namespace credence {
namespace {

constexpr std::size_t kBatch = 1000;

}  // namespace

Rescans::Rescans(RescanOptions options, const VerdictStore& store, const TrustTable& table,
                 Arrived arrived, std::function<void(const Error&)> trouble)
    : options_(std::move(options)),
      store_(store),
      table_(table),
      arrived_(std::move(arrived)),
      trouble_(std::move(trouble)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Rescans::~Rescans() = default;

void Rescans::ask(std::span<const Digest> digests) {
  bool any = false;
  {
    const std::lock_guard lock(mutex_);
    for (const Digest& digest : digests) {
      if (asked_.size() >= options_.asked_max || !asked_.insert(digest).second) continue;
      wanted_.push_back(digest);
      any = true;
    }
  }
  if (any) changed_.notify_one();
}

void Rescans::engine_changed() {
  const std::lock_guard lock(mutex_);
  asked_.clear();
}

void Rescans::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const std::vector<Digest> digests = next(stop);
    if (digests.empty()) continue;
    if (auto done = find_and_deliver(digests); !done) trouble_(done.error());
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, stop, options_.pause, [] { return false; });
  }
}

// What was asked for since the last pass; empty when the thread is to end.
std::vector<Digest> Rescans::next(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, stop, [&] { return !wanted_.empty(); });
  return std::exchange(wanted_, {});
}

Result<void> Rescans::find_and_deliver(std::span<const Digest> digests) {
  const auto artifacts = artifacts_of(digests);
  if (!artifacts) return artifacts.error();
  if (artifacts->empty()) return {};
  std::vector<std::string> uris;
  for (const std::string& prefix : options_.prefixes) {
    auto read = store_.each_uri(prefix, [&](std::string_view uri, const UriRecord& record) {
      if (artifacts->contains(record.digest)) uris.emplace_back(uri);
      return true;
    });
    if (!read) return read;
  }
  for (std::size_t at = 0; at < uris.size(); at += kBatch) {
    const std::size_t count = std::min(kBatch, uris.size() - at);
    if (auto taken = arrived_(std::span(uris).subspan(at, count)); !taken) return taken;
  }
  return {};
}

// Those that are still stale, and the artifacts that stale chunks stand in.
Result<std::unordered_set<Digest>> Rescans::artifacts_of(std::span<const Digest> digests) const {
  std::unordered_set<Digest> artifacts;
  for (const Digest& digest : digests) {
    const auto entry = table_.find(digest);
    if (!entry || !table_.is_stale(*entry)) continue;
    artifacts.insert(digest);
    const auto chunk = store_.chunk(digest);
    if (!chunk) return chunk.error();
    if (chunk->has_value()) artifacts.insert((*chunk)->artifact);
  }
  return artifacts;
}

}  // namespace credence
