// What a connection checks of a request's head before it reads its body.
#include <algorithm>
#include <string>
#include <string_view>

#include "daemon/api/connection.h"

namespace credence {
namespace {

// A media type without its parameters, compared without case.
bool is_json(std::string_view content_type) noexcept {
  static constexpr std::string_view kJson = "application/json";
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ') || content_type.ends_with('\t')) {
    content_type.remove_suffix(1);
  }
  return content_type.size() == kJson.size() &&
         std::equal(kJson.begin(), kJson.end(), content_type.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

}  // namespace

std::optional<Problem> Connection::check_head() {
  const Head& head = request_.head;
  if (peer_.trusted && !peer_.is_unix) {
    // Without tokens a page in a browser on this machine must not be able to ask: not
    // from its own origin, nor through a name that it made to resolve to this host.
    if (head.has_origin) return Problem{ProblemKind::kForbidden, "not for scripts of web pages"};
    if (!host_is_local()) {
      return Problem{ProblemKind::kMisdirectedRequest,
                     "without tokens only localhost and loopback addresses are served"};
    }
  }
  if (head.expect_unknown) {
    return Problem{ProblemKind::kExpectationFailed, "only 100-continue is known"};
  }
  RouteMatch match = match_route(head.method, head.path());
  allow_ = std::move(match.allow);
  if (match.route == nullptr) return std::move(match.problem);
  route_ = match.route;
  request_.digest = match.digest;
  return std::nullopt;
}

bool Connection::host_is_local() const noexcept {
  std::string_view host = request_.head.host;
  if (host.empty()) return true;  // HTTP/1.0 without one: no browser
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos) {
    host = host.substr(0, colon);
  }
  // An address, not a name that begins like one.
  const bool loopback =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return loopback || host == "localhost" || host == "[::1]";
}

std::optional<Problem> Connection::check_rights() {
  request_.actor = peer_.actor;
  if (peer_.trusted || route_->permission == Permission::kNone) return std::nullopt;
  const auto* token =
      shared_.options.tokens.find(request_.head.authorization, shared_.services.digest);
  if (token == nullptr) {
    return Problem{ProblemKind::kUnauthorized, "send Authorization: Bearer with a known token"};
  }
  if (!token->allows(route_->permission)) {
    return Problem{ProblemKind::kForbidden, "the token does not have the scope for this"};
  }
  request_.actor = token->name;
  return std::nullopt;
}

std::optional<Problem> Connection::check_body() {
  const Head& head = request_.head;
  const ApiOptions& options = shared_.options;
  switch (route_->limit) {
    case BodyLimit::kZero: body_limit_ = 0; break;
    case BodyLimit::kSmall: body_limit_ = options.small_body_bytes_max; break;
    case BodyLimit::kTrust: body_limit_ = options.trust_body_bytes_max; break;
    case BodyLimit::kScan: body_limit_ = options.scan_body_bytes_max; break;
  }
  if (route_->body != BodyKind::kNone && !head.content_length && !head.chunked) {
    return Problem{ProblemKind::kLengthRequired, "send Content-Length"};
  }
  if (head.content_length.value_or(0) > body_limit_) {
    return Problem{ProblemKind::kContentTooLarge,
                   "at most " + std::to_string(body_limit_) + " bytes are accepted here"};
  }
  if (route_->body == BodyKind::kJson && !is_json(head.content_type)) {
    return Problem{ProblemKind::kUnsupportedMediaType, "send Content-Type: application/json"};
  }
  return std::nullopt;
}

}  // namespace credence
