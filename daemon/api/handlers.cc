#include "daemon/api/handlers.h"

#include <utility>

#include "daemon/api/embedded.h"
#include "daemon/api/request_params.h"
#include "daemon/api/verdict_json.h"
#include "daemon/pipeline/file_uri.h"
#include "scanners/core/json_writer.h"

namespace credence {
namespace {

constexpr std::size_t kSyncWaitersMax = 4;
constexpr std::size_t kQuarantineListMax = 10'000;

}  // namespace

Handlers::Handlers(ApiServices& services, HandlerOptions options)
    : services_(services),
      options_(std::move(options)),
      started_(services.clock.now()),
      scan_pool_("api-scan", options_.scan_threads, options_.queue_max),
      text_pool_("api-text", options_.scan_threads, options_.queue_max),
      store_pool_("api-store", 2, options_.queue_max),
      sync_pool_("api-sync", kSyncWaitersMax, options_.queue_max) {}

Handlers::~Handlers() = default;

void Handlers::stop() {
  scan_pool_.stop();
  text_pool_.stop();
  store_pool_.stop();
  sync_pool_.stop();
}

std::optional<Deferred> Handlers::handle(const Route& route, const Request& request,
                                         TrustQuery& trust, Response& response) {
  switch (route.id) {
    case RouteId::kTrust: return answer_trust(request, trust, response);
    case RouteId::kScan: return scan(request, response);
    case RouteId::kSync: return sync(request, response);
    case RouteId::kOverride: return override_verdict(request, response);
    case RouteId::kReload: return reload(request, response);
    case RouteId::kQuarantineList:
    case RouteId::kQuarantineRelease:
    case RouteId::kQuarantineDelete: return quarantine(route.id, request, response);
    case RouteId::kVerdict:
      return on(store_pool_,
                [this, digest = *request.digest](Response& out) { verdict(digest, out); });
    case RouteId::kStatus: return on(store_pool_, [this](Response& out) { status(out); });
    case RouteId::kMetrics:
      response.content_type = "text/plain; version=0.0.4; charset=utf-8";
      response.body = services_.metrics.prometheus();
      return std::nullopt;
    case RouteId::kHealth: response.body = R"({"status":"alive"})"; return std::nullopt;
    case RouteId::kReady: ready(response); return std::nullopt;
    case RouteId::kOpenApi: response.body = openapi_document(); return std::nullopt;
    case RouteId::kEvents: break;
  }
  CREDENCE_CHECK(false);
}

Deferred Handlers::on(WorkPool& pool, Work work) const {
  auto made = std::make_shared<Response>();
  Deferred deferred;
  deferred.pool = &pool;
  deferred.run = [made, work = std::move(work)] { work(*made); };
  deferred.complete = [made](Response& response) { response = std::move(*made); };
  return deferred;
}

std::optional<Deferred> Handlers::answer_trust(const Request& request, TrustQuery& trust,
                                               Response& response) {
  const auto begin = services_.clock.now();
  TrustQuery::Outcome outcome = trust.answer(request.body.view(), response);
  if (outcome.complete) {
    services_.metrics.observe(MetricId::kTrustDuration, services_.clock.now() - begin);
    if (outcome.scans && !text_pool_.submit([scans = outcome.scans] { scans->run(); })) {
      services_.metrics.add(MetricId::kTrustUncached);
    }
    return std::nullopt;
  }
  Deferred deferred;
  deferred.pool = &text_pool_;
  deferred.refuse_when_full = false;
  deferred.run = [scans = outcome.scans] { scans->run(); };
  deferred.complete = [this, scans = outcome.scans, begin](Response& out) {
    scans->write(out);
    services_.metrics.observe(MetricId::kTrustDuration, services_.clock.now() - begin);
  };
  deferred.deadline =
      begin + std::chrono::milliseconds(outcome.deadline_ms.value_or(options_.trust_deadline_ms));
  return deferred;
}

std::optional<Deferred> Handlers::scan(const Request& request, Response& response) {
  auto params = read_upload_params(request, response);
  if (!params) return std::nullopt;
  return on(scan_pool_, [this, &request, upload = *std::move(params)](Response& out) {
    Artifact artifact;
    artifact.bytes = request.body.view();
    artifact.name = last_part(upload.name.empty() ? upload.uri : upload.name);
    const ScanOutcome outcome = services_.scans.scan(artifact);
    if (upload.store) {
      ArtifactCommit commit = to_commit(outcome, request.actor);
      commit.uri = upload.uri;
      if (!upload.id.empty()) commit.caller_ids.push_back(upload.id);
      if (auto kept = services_.store.commit({&commit, 1}); !kept) {
        services_.metrics.add(MetricId::kCommitFailures);
        services_.log.error("api", "verdict not kept", {{"error", kept.error().message()}});
        set_problem(out, to_problem(kept.error()));
        return;
      }
      services_.table.apply(commit);
      services_.metrics.add(MetricId::kCommits);
      services_.metrics.set(MetricId::kTableEntries,
                            static_cast<std::int64_t>(services_.table.size()));
      services_.events.publish("verdict", verdict_event(commit));
    }
    out.body = to_json(outcome, upload.uri, upload.id);
  });
}

std::optional<Deferred> Handlers::sync(const Request& request, Response& response) {
  const auto timeout_ms = read_sync_timeout(request, options_.sync_timeout_ms, response);
  if (!timeout_ms) return std::nullopt;
  if (services_.sync == nullptr) {
    set_problem(response, {ProblemKind::kUnavailable, "no folder is watched"});
    return std::nullopt;
  }
  return on(sync_pool_, [this, timeout_ms = *timeout_ms](Response& out) {
    const auto begin = services_.clock.now();
    if (auto done = services_.sync->wait(std::chrono::milliseconds(timeout_ms)); !done) {
      set_problem(out, to_problem(done.error()));
      return;
    }
    const auto waited =
        std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - begin);
    JsonWriter json(out.body);
    json.begin_object().member("synced", true).member("waited_ms", waited.count()).end_object();
  });
}

std::optional<Deferred> Handlers::override_verdict(const Request& request, Response& response) {
  auto body = read_override(request.body.view());
  if (!body) {
    set_problem(response, to_problem(body.error()));
    return std::nullopt;
  }
  VerdictRecord::Override made;
  made.disposition = body->disposition;
  made.reason = std::move(body->reason);
  made.by = request.actor;
  made.at_ms = services_.clock.unix_ms();
  return on(store_pool_, [this, digest = *request.digest, made](Response& out) {
    if (auto set = services_.store.set_override(digest, made); !set) {
      set_problem(out, to_problem(set.error()));
      return;
    }
    const auto record = services_.store.verdict(digest);
    if (!record || !*record) {
      set_problem(out, {ProblemKind::kInternal, "the daemon's log says why"});
      services_.log.error("api", "overridden verdict does not read back",
                          {{"digest", digest.hex()}});
      return;
    }
    services_.table.apply_override(**record);
    ArtifactCommit event;
    event.verdict = **record;
    services_.events.publish("override", verdict_event(event));
    services_.log.info(
        "api", "verdict overridden",
        {{"digest", digest.hex()}, {"disposition", to_string(made.disposition)}, {"by", made.by}});
    verdict(digest, out);
  });
}

std::optional<Deferred> Handlers::reload(const Request& request, Response& response) {
  if (!services_.reload) {
    set_problem(response, {ProblemKind::kUnavailable, "this daemon cannot reload"});
    return std::nullopt;
  }
  return on(store_pool_, [this, actor = request.actor](Response& out) {
    if (auto done = services_.reload(actor); !done) {
      set_problem(out, to_problem(done.error()));
      return;
    }
    const auto snapshot = services_.scans.snapshot();
    JsonWriter json(out.body);
    json.begin_object().member("reloaded", true);
    json.member("engine", snapshot ? snapshot->digest.uri() : "").end_object();
  });
}

std::optional<Deferred> Handlers::quarantine(RouteId id, const Request& request,
                                             Response& response) {
  if (services_.quarantine == nullptr) {
    set_problem(response, {ProblemKind::kUnavailable, "there is no quarantine"});
    return std::nullopt;
  }
  QuarantineControl& control = *services_.quarantine;
  if (id == RouteId::kQuarantineList) {
    return on(store_pool_, [&control](Response& out) {
      const auto items = control.list(kQuarantineListMax);
      if (!items) {
        set_problem(out, to_problem(items.error()));
        return;
      }
      JsonWriter json(out.body);
      json.begin_object().key("items").begin_array();
      for (const QuarantineItem& item : *items) {
        json.begin_object().member("digest", item.digest.uri()).member("uri", item.uri);
        json.member("size", item.size).member("held_at_ms", item.held_at_ms).end_object();
      }
      json.end_array().end_object();
    });
  }
  const bool release = id == RouteId::kQuarantineRelease;
  return on(store_pool_,
            [&control, release, digest = *request.digest, actor = request.actor](Response& out) {
              auto done = release ? control.release(digest, actor) : control.remove(digest, actor);
              if (!done) {
                set_problem(out, to_problem(done.error()));
                return;
              }
              JsonWriter json(out.body);
              json.begin_object().member("digest", digest.uri());
              json.member("action", release ? "released" : "deleted").end_object();
            });
}

void Handlers::verdict(const Digest& digest, Response& response) {
  const auto snapshot = services_.scans.snapshot();
  const Digest engine = snapshot ? snapshot->digest : Digest();
  const auto record = services_.store.verdict(digest);
  if (!record) {
    set_problem(response, to_problem(record.error()));
    return;
  }
  if (*record) {
    response.body = verdict_json(**record, engine);
    return;
  }
  const auto chunk = services_.store.chunk(digest);
  if (!chunk) {
    set_problem(response, to_problem(chunk.error()));
  } else if (*chunk) {
    response.body = verdict_json(**chunk, engine);
  } else {
    set_problem(response, {ProblemKind::kNotFound, "no verdict is stored for this digest"});
  }
}

void Handlers::ready(Response& response) {
  const auto reasons = services_.not_ready ? services_.not_ready() : std::vector<std::string>();
  if (!reasons.empty()) {
    response.status = 503;
    response.extra_headers = "Retry-After: 1\r\n";
  }
  JsonWriter json(response.body);
  json.begin_object().member("ready", reasons.empty()).key("reasons").begin_array();
  for (const std::string& reason : reasons) json.value(reason);
  json.end_array().end_object();
}

void Handlers::status(Response& response) {
  const auto store = services_.store.status();
  if (!store) {
    set_problem(response, to_problem(store.error()));
    return;
  }
  const auto snapshot = services_.scans.snapshot();
  const auto uptime =
      std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.now() - started_);
  JsonWriter json(response.body);
  json.begin_object().member("version", options_.version).member("uptime_ms", uptime.count());
  json.member("engine", snapshot ? snapshot->digest.uri() : "");
  json.member("rule_set", snapshot ? snapshot->rule_set : "");
  json.member("rule_count", snapshot ? snapshot->rule_count : 0);
  json.key("store").begin_object();
  json.member("verdicts", store->verdicts).member("chunks", store->chunks);
  json.member("uris", store->uris).member("caller_ids", store->caller_ids);
  json.member("audit_entries", store->audit_entries).member("queued", store->queued);
  json.member("schema_version", store->schema_version);
  json.member("bytes_on_disk", store->bytes_on_disk).end_object();
  json.key("table").begin_object().member("entries", services_.table.size());
  json.member("bytes", services_.table.bytes()).end_object().end_object();
}

}  // namespace credence
