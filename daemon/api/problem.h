#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/api/http.h"
#include "scanners/core/result.h"

namespace credence {

// Every way in which a request fails. Each has a stable slug, which ends the
// `type` of its problem document (RFC 9457).
enum class ProblemKind : std::uint8_t {
  kMalformedHttp,
  kBadRequest,
  kUnauthorized,
  kForbidden,
  kNotFound,
  kMethodNotAllowed,
  kRequestTimeout,
  kConflict,
  kLengthRequired,
  kContentTooLarge,
  kUriTooLong,
  kUnsupportedMediaType,
  kExpectationFailed,
  kMisdirectedRequest,
  kHeaderTooLarge,
  kInternal,
  kNotImplemented,
  kUnavailable,
  kDeadlineExceeded,
  kVersionNotSupported,
  kStorageFull,
};

struct Problem {
  ProblemKind kind = ProblemKind::kInternal;
  std::string detail;  // for the client: what was wrong and where
};

[[nodiscard]] int status_of(ProblemKind kind) noexcept;

// Makes `response` the problem document.
void set_problem(Response& response, const Problem& problem);

// What a client is told of an error of ours. The messages of errors that the client
// did not cause are for the operator and stay here.
[[nodiscard]] Problem to_problem(const Error& error);

}  // namespace credence
