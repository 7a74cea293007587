#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/api/http.h"
#include "daemon/api/routes.h"
#include "daemon/api/services.h"
#include "daemon/api/trust_query.h"
#include "daemon/api/work_pool.h"

namespace credence {

struct HandlerOptions {
  std::string version;  // of the daemon, shown by GET /v1/status
  TrustQuery::Limits trust;
  std::uint32_t trust_deadline_ms = 1'000;  // when the caller names none
  std::uint32_t sync_timeout_ms = 30'000;   // when the caller names none
  std::size_t scan_threads = 1;
  std::size_t queue_max = 64;  // requests waiting for a thread, in each of the pools
};

// The rest of a request that takes too long for a thread that serves connections.
struct Deferred {
  WorkPool* pool = nullptr;
  // On a thread of the pool. The request stays valid until complete() was called, and
  // beyond only what run() itself owns.
  std::function<void()> run;
  // On the connection's thread, once: when run() has ended, when the pool was full and
  // run() never began, or at `deadline`, whichever comes first.
  std::function<void(Response&)> complete;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  // Answered with 503 when the pool is full, instead of complete().
  bool refuse_when_full = true;
};

// What each route does. Shared by all threads; state of one thread is a TrustQuery.
class Handlers {
 public:
  // `services` outlives the handlers.
  Handlers(ApiServices& services, HandlerOptions options);
  ~Handlers();

  // Answers `request`, of `route`, into `response`, which is clear, or says what is left
  // to do. kEvents is the connection's own.
  std::optional<Deferred> handle(const Route& route, const Request& request, TrustQuery& trust,
                                 Response& response);

  // Drops waiting work and waits for what runs.
  void stop();

 private:
  using Work = std::function<void(Response&)>;

  [[nodiscard]] Deferred on(WorkPool& pool, Work work) const;
  std::optional<Deferred> answer_trust(const Request& request, TrustQuery& trust,
                                       Response& response);
  std::optional<Deferred> scan(const Request& request, Response& response);
  std::optional<Deferred> sync(const Request& request, Response& response);
  std::optional<Deferred> override_verdict(const Request& request, Response& response);
  std::optional<Deferred> reload(const Request& request, Response& response);
  std::optional<Deferred> quarantine(RouteId id, const Request& request, Response& response);
  void verdict(const Digest& digest, Response& response);
  void ready(Response& response);
  void status(Response& response);

  ApiServices& services_;
  const HandlerOptions options_;
  const std::chrono::steady_clock::time_point started_;
  WorkPool scan_pool_;   // uploads
  WorkPool text_pool_;   // texts of trust queries
  WorkPool store_pool_;  // the store, quarantine, reload: short, but they wait for a disk
  WorkPool sync_pool_;   // waits
};

}  // namespace credence
