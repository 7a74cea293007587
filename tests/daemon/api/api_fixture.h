#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "daemon/api/embedded.h"
#include "daemon/api/event_bus.h"
#include "daemon/api/server.h"
#include "daemon/observe/log.h"
#include "daemon/observe/metrics.h"
#include "index/store/memory_store.h"
#include "index/table/trust_table.h"
#include "provenance/crypto/sha256.h"
#include "tests/support/fake_scan_service.h"
#include "tests/support/http_client.h"
#include "tests/support/openapi_checker.h"

namespace credence {

// Keeps at once what it is given.
class FakeCommitQueue final : public CommitQueue {
 public:
  FakeCommitQueue(VerdictStore& store, TrustTable& table) : store_(store), table_(table) {}
  bool submit(ArtifactCommit commit) override {
    if (refuse) return false;
    if (!store_.commit({&commit, 1}).ok()) return false;
    table_.apply(commit);
    kept.fetch_add(1);
    return true;
  }
  std::atomic<bool> refuse{false};
  std::atomic<int> kept{0};

 private:
  VerdictStore& store_;
  TrustTable& table_;
};

class FakeSync final : public SyncBarrier {
 public:
  Result<void> wait(std::chrono::milliseconds timeout) override {
    if (timeout < std::chrono::milliseconds(5)) {
      return Error(ErrorCode::kDeadlineExceeded, "not yet");
    }
    return {};
  }
};

class FakeQuarantine final : public QuarantineControl {
 public:
  Result<std::vector<QuarantineItem>> list(std::size_t) override { return items; }
  Result<void> release(const Digest& digest, std::string_view) override { return drop(digest); }
  Result<void> remove(const Digest& digest, std::string_view) override { return drop(digest); }
  std::vector<QuarantineItem> items;

 private:
  Result<void> drop(const Digest& digest) {
    const auto at = std::find_if(items.begin(), items.end(),
                                 [&](const QuarantineItem& item) { return item.digest == digest; });
    if (at == items.end()) return Error(ErrorCode::kNotFound, "not held");
    items.erase(at);
    return {};
  }
};

// A server on a free port over a memory store, with everything it needs.
struct Api {
  explicit Api(ApiOptions options = {}) : Api(std::move(options), [](ApiServices&) {}) {}

  template <typename Change>
  Api(ApiOptions options, Change change) {
    LogOptions quiet;
    quiet.sink = [](std::string_view) {};
    log = Logger::create(std::move(quiet));
    table.set_engine(scans.snapshot()->digest);
    ApiServices services{scans, *store, table, commits, events, metrics, *log, clock, sha256};
    services.sync = &sync;
    services.quarantine = &quarantine;
    services.reload = [this](std::string_view) -> Result<void> {
      if (refuse_reload) return Error(ErrorCode::kInvalidArgument, "rule X does not compile");
      return {};
    };
    services.not_ready = [this] {
      return ready ? std::vector<std::string>() : std::vector<std::string>{"loading"};
    };
    services.rescan = [this](std::span<const Digest> digests) {
      const std::lock_guard lock(rescans_mutex);
      rescans.insert(rescans.end(), digests.begin(), digests.end());
    };
    change(services);
    auto started = ApiServer::start(services, std::move(options));
    REQUIRE_MESSAGE(started, (started ? "" : started.error().message()));
    server = *std::move(started);
  }

  // Keeps a verdict for `text`, as a scan of it would make it.
  Digest keep(std::string_view text, std::string_view uri = {}, std::string_view id = {}) {
    const PaddedBuffer bytes = PaddedBuffer::copy_of(text);
    Artifact artifact;
    artifact.bytes = bytes.view();
    ArtifactCommit commit = to_commit(scans.scan(artifact), "test");
    commit.uri = uri;
    if (!id.empty()) commit.caller_ids.emplace_back(id);
    REQUIRE(store->commit({&commit, 1}));
    table.apply(commit);
    return commit.verdict.digest;
  }

  [[nodiscard]] HttpClient client() const { return HttpClient(server->tcp_port()); }

  FakeScanService scans;
  std::unique_ptr<VerdictStore> store = make_memory_store(sha256);
  TrustTable table;
  FakeCommitQueue commits{*store, table};
  Metrics metrics;
  EventBus events{8, 100, metrics};
  std::unique_ptr<Logger> log;
  SystemClock clock;
  FakeSync sync;
  FakeQuarantine quarantine;
  std::atomic<bool> ready{true};
  std::atomic<bool> refuse_reload{false};
  std::mutex rescans_mutex;  // guards rescans
  std::vector<Digest> rescans;
  std::unique_ptr<ApiServer> server;
};

// Checks an answer against the document that the server serves.
inline void check_promised(std::string_view method, std::string_view path,
                           const HttpAnswer& answer) {
  static const OpenApiChecker checker{std::string(openapi_document())};
  const auto type = answer.headers.find("content-type");
  const auto defects =
      checker.check({.method = method,
                     .path = path,
                     .status = answer.status,
                     .content_type = type == answer.headers.end() ? std::string_view()
                                                                  : std::string_view(type->second),
                     .body = answer.body});
  for (const std::string& defect : defects) {
    FAIL_CHECK(std::string(method), " ", std::string(path), ": ", defect, " in ", answer.body);
  }
}

}  // namespace credence
