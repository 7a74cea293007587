#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/api/auth.h"
#include "daemon/api/http.h"
#include "daemon/api/problem.h"

namespace credence {

enum class RouteId : std::uint8_t {
  kTrust,
  kScan,
  kSync,
  kVerdict,
  kOverride,
  kEvents,
  kMetrics,
  kHealth,
  kReady,
  kOpenApi,
  kStatus,
  kReload,
  kQuarantineList,
  kQuarantineRelease,
  kQuarantineDelete,
};

enum class BodyKind : std::uint8_t {
  kNone,  // an empty body is accepted
  kJson,  // application/json
  kRaw,   // any type; may be empty
};

// Which of the configured limits holds for a body.
enum class BodyLimit : std::uint8_t { kZero, kSmall, kTrust, kScan };

struct Route {
  RouteId id;
  Method method;
  std::string_view prefix;  // the whole path, or what stands before a digest
  bool has_digest;
  std::string_view suffix;  // what stands behind it
  Permission permission;
  BodyKind body;
  BodyLimit limit;
};

[[nodiscard]] std::span<const Route> routes() noexcept;

struct RouteMatch {
  const Route* route = nullptr;  // null: see problem
  std::optional<Digest> digest;
  Problem problem;
  std::string allow;  // of a 405: the value of the Allow header
};

// HEAD is answered wherever GET is.
[[nodiscard]] RouteMatch match_route(Method method, std::string_view path);

}  // namespace credence
