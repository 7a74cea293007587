#include "daemon/api/routes.h"

#include "daemon/api/query_string.h"

namespace credence {
namespace {

constexpr std::string_view kVerdicts = "/v1/verdicts/";
constexpr std::string_view kQuarantine = "/v1/quarantine/";

constexpr Route kRoutes[] = {
    {RouteId::kTrust, Method::kPost, "/v1/trust", false, "", Permission::kTrust, BodyKind::kJson,
     BodyLimit::kTrust},
    {RouteId::kScan, Method::kPost, "/v1/scan", false, "", Permission::kScan, BodyKind::kRaw,
     BodyLimit::kScan},
    {RouteId::kSync, Method::kPost, "/v1/sync", false, "", Permission::kScan, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kVerdict, Method::kGet, kVerdicts, true, "", Permission::kTrust, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kOverride, Method::kPost, kVerdicts, true, "/override", Permission::kAdmin,
     BodyKind::kJson, BodyLimit::kSmall},
    {RouteId::kEvents, Method::kGet, "/v1/events", false, "", Permission::kTrust, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kMetrics, Method::kGet, "/metrics", false, "", Permission::kTrust, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kHealth, Method::kGet, "/healthz", false, "", Permission::kNone, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kReady, Method::kGet, "/readyz", false, "", Permission::kNone, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kOpenApi, Method::kGet, "/v1/openapi.json", false, "", Permission::kNone,
     BodyKind::kNone, BodyLimit::kZero},
    {RouteId::kStatus, Method::kGet, "/v1/status", false, "", Permission::kTrust, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kReload, Method::kPost, "/v1/reload", false, "", Permission::kAdmin, BodyKind::kNone,
     BodyLimit::kZero},
    {RouteId::kQuarantineList, Method::kGet, "/v1/quarantine", false, "", Permission::kAdmin,
     BodyKind::kNone, BodyLimit::kZero},
    {RouteId::kQuarantineRelease, Method::kPost, kQuarantine, true, "/release", Permission::kAdmin,
     BodyKind::kNone, BodyLimit::kZero},
    {RouteId::kQuarantineDelete, Method::kPost, kQuarantine, true, "/delete", Permission::kAdmin,
     BodyKind::kNone, BodyLimit::kZero},
};

// The path's digest segment when `path` is of the route's shape, the empty string for a
// route without one.
std::optional<std::string_view> shape(const Route& route, std::string_view path) noexcept {
  if (!route.has_digest) {
    if (path == route.prefix) return std::string_view();
    return std::nullopt;
  }
  if (!path.starts_with(route.prefix)) return std::nullopt;
  path.remove_prefix(route.prefix.size());
  if (!path.ends_with(route.suffix)) return std::nullopt;
  path.remove_suffix(route.suffix.size());
  if (path.empty() || path.find('/') != std::string_view::npos) return std::nullopt;
  return path;
}

}  // namespace

std::span<const Route> routes() noexcept { return kRoutes; }

RouteMatch match_route(Method method, std::string_view path) {
  RouteMatch match;
  const Method wanted = method == Method::kHead ? Method::kGet : method;
  for (const Route& route : kRoutes) {
    const auto segment = shape(route, path);
    if (!segment) continue;
    if (route.method != wanted) {
      if (!match.allow.empty()) match.allow += ", ";
      match.allow += route.method == Method::kGet ? "GET, HEAD" : "POST";
      continue;
    }
    if (route.has_digest) {
      const auto decoded = percent_decode(*segment, false);
      if (decoded) match.digest = Digest::parse(*decoded);
      if (!match.digest) {
        match.problem = {ProblemKind::kBadRequest,
                         "the path must hold a SHA-256: 64 hexadecimal digits"};
        return match;
      }
    }
    match.route = &route;
    match.allow.clear();
    return match;
  }
  if (match.allow.empty()) {
    match.problem = {ProblemKind::kNotFound, "see /v1/openapi.json for what there is"};
  } else {
    match.problem = {ProblemKind::kMethodNotAllowed, "allowed here: " + match.allow};
  }
  return match;
}

}  // namespace credence
