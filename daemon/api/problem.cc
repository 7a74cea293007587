#include "daemon/api/problem.h"

#include <array>

#include "scanners/core/json_writer.h"

namespace credence {
namespace {

struct Row {
  ProblemKind kind;
  int status;
  std::string_view slug;
  std::string_view title;
};

constexpr std::array kRows = {
    Row{ProblemKind::kMalformedHttp, 400, "malformed-http", "The request is not valid HTTP"},
    Row{ProblemKind::kBadRequest, 400, "bad-request", "The request is not acceptable"},
    Row{ProblemKind::kUnauthorized, 401, "unauthorized", "A valid bearer token is needed"},
    Row{ProblemKind::kForbidden, 403, "forbidden", "Not permitted"},
    Row{ProblemKind::kNotFound, 404, "not-found", "There is no such resource"},
    Row{ProblemKind::kMethodNotAllowed, 405, "method-not-allowed",
        "The resource does not know this method"},
    Row{ProblemKind::kRequestTimeout, 408, "request-timeout", "The request came too slowly"},
    Row{ProblemKind::kConflict, 409, "conflict", "The state of the resource does not permit this"},
    Row{ProblemKind::kLengthRequired, 411, "length-required",
        "A Content-Length or chunked transfer is needed"},
    Row{ProblemKind::kContentTooLarge, 413, "content-too-large", "The body is too large"},
    Row{ProblemKind::kUriTooLong, 414, "uri-too-long", "The request target is too long"},
    Row{ProblemKind::kUnsupportedMediaType, 415, "unsupported-media-type",
        "The body is of another type than this resource takes"},
    Row{ProblemKind::kExpectationFailed, 417, "expectation-failed",
        "The Expect header asks for something unknown"},
    Row{ProblemKind::kMisdirectedRequest, 421, "misdirected-request",
        "The request names another host"},
    Row{ProblemKind::kHeaderTooLarge, 431, "header-too-large", "The header is too large"},
    Row{ProblemKind::kInternal, 500, "internal", "The daemon failed; its log says why"},
    Row{ProblemKind::kNotImplemented, 501, "not-implemented",
        "The request uses a feature that is not implemented"},
    Row{ProblemKind::kUnavailable, 503, "unavailable", "Not available now; try again"},
    Row{ProblemKind::kDeadlineExceeded, 504, "deadline-exceeded", "The time given ran out"},
    Row{ProblemKind::kVersionNotSupported, 505, "version-not-supported",
        "Only HTTP/1.0 and HTTP/1.1 are spoken"},
    Row{ProblemKind::kStorageFull, 507, "storage-full", "The store has no space left"},
};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].kind) != i) return false;
  }
  return kRows.size() == static_cast<std::size_t>(ProblemKind::kStorageFull) + 1;
}
static_assert(rows_are_in_order());

const Row& row_of(ProblemKind kind) noexcept { return kRows[static_cast<std::size_t>(kind)]; }

}  // namespace

int status_of(ProblemKind kind) noexcept { return row_of(kind).status; }

void set_problem(Response& response, const Problem& problem) {
  const Row& row = row_of(problem.kind);
  response.clear();
  response.status = row.status;
  response.content_type = "application/problem+json";
  if (problem.kind == ProblemKind::kUnauthorized) {
    response.extra_headers = "WWW-Authenticate: Bearer realm=\"credence\"\r\n";
  }
  if (problem.kind == ProblemKind::kUnavailable) response.extra_headers = "Retry-After: 1\r\n";
  JsonWriter json(response.body);
  json.begin_object().member("type", "urn:credence:problem:" + std::string(row.slug));
  json.member("title", row.title).member("status", row.status);
  json.member("detail", problem.detail).end_object();
}

Problem to_problem(const Error& error) {
  switch (error.code()) {
    case ErrorCode::kInvalidArgument: return {ProblemKind::kBadRequest, error.message()};
    case ErrorCode::kNotFound: return {ProblemKind::kNotFound, error.message()};
    case ErrorCode::kAlreadyExists: return {ProblemKind::kConflict, error.message()};
    case ErrorCode::kUnavailable:
      return {ProblemKind::kUnavailable, "a part of the daemon is not available"};
    case ErrorCode::kDeadlineExceeded:
      return {ProblemKind::kDeadlineExceeded, "the time given ran out"};
    case ErrorCode::kResourceExhausted:
      return {ProblemKind::kStorageFull, "nothing was changed; the operator must make room"};
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kCorrupt:
    case ErrorCode::kUnsupported:
    case ErrorCode::kIo:
    case ErrorCode::kInternal: break;
  }
  return {ProblemKind::kInternal, "the daemon's log says why"};
}

}  // namespace credence
