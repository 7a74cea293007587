#include "daemon/api/request_params.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <simdjson.h>

#include "daemon/api/problem.h"
#include "daemon/api/query_string.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::uint32_t kSyncTimeoutMsMax = 600'000;
constexpr std::size_t kReasonBytesMax = 1'000;
constexpr std::size_t kUriBytesMax = 8'192;
constexpr std::size_t kIdBytesMax = 4'096;
constexpr std::size_t kNameShownMax = 80;

Problem bad_request(std::string detail) { return {ProblemKind::kBadRequest, std::move(detail)}; }

// The decoded query, or a problem where it does not decode, names something unknown to
// the route, or names something twice.
std::optional<QueryParams> read_query(const Request& request,
                                      std::initializer_list<std::string_view> known,
                                      Response& response) {
  auto params = parse_query(request.head.query());
  if (!params) {
    set_problem(response, bad_request("the query does not decode to UTF-8 text"));
    return std::nullopt;
  }
  for (std::size_t i = 0; i < params->size(); ++i) {
    const std::string& name = (*params)[i].first;
    const std::string shown = "\"" + printable(name, kNameShownMax) + "\"";
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      set_problem(response, bad_request("unknown query parameter " + shown));
      return std::nullopt;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if ((*params)[j].first == name) {
        set_problem(response, bad_request("query parameter " + shown + " is given twice"));
        return std::nullopt;
      }
    }
  }
  return params;
}

std::string take(const QueryParams& params, std::string_view name) {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::optional<UploadParams> read_upload_params(const Request& request, Response& response) {
  const auto params = read_query(request, {"name", "uri", "collection", "id", "store"}, response);
  if (!params) return std::nullopt;
  UploadParams upload;
  upload.name = take(*params, "name");
  upload.uri = take(*params, "uri");
  const std::string collection = take(*params, "collection");
  const std::string id = take(*params, "id");
  const std::string store = take(*params, "store");
  Problem problem;
  if (upload.uri.size() > kUriBytesMax || upload.name.size() > kUriBytesMax) {
    problem = bad_request("\"uri\" and \"name\" may have 8192 bytes");
  } else if (collection.size() + id.size() + 1 > kIdBytesMax) {
    problem = bad_request("\"collection\" and \"id\" may have 4095 bytes together");
  } else if (collection.empty() != id.empty()) {
    problem = bad_request("\"collection\" and \"id\" are given together");
  } else if (collection.find('/') != std::string::npos) {
    problem = bad_request("\"collection\" may not hold a slash");
  } else if (!store.empty() && store != "true" && store != "false") {
    problem = bad_request("\"store\" must be true or false");
  }
  if (!problem.detail.empty()) {
    set_problem(response, problem);
    return std::nullopt;
  }
  if (!id.empty()) upload.id = collection + "/" + id;
  upload.store = store != "false";
  return upload;
}

std::optional<std::uint32_t> read_sync_timeout(const Request& request, std::uint32_t otherwise,
                                               Response& response) {
  const auto params = read_query(request, {"timeout_ms"}, response);
  if (!params) return std::nullopt;
  const std::string text = take(*params, "timeout_ms");
  if (text.empty()) return otherwise;
  std::uint32_t timeout_ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), timeout_ms);
  if (error != std::errc() || end != text.data() + text.size() || timeout_ms > kSyncTimeoutMsMax) {
    set_problem(response, bad_request("\"timeout_ms\" must be a whole number up to 600000"));
    return std::nullopt;
  }
  return timeout_ms;
}

Result<OverrideBody> read_override(PaddedView body) {
  const auto refuse = [](std::string why) {
    return Error(ErrorCode::kInvalidArgument, std::move(why));
  };
  simdjson::dom::parser parser;
  simdjson::dom::object members;
  if (parser.parse(body.data(), body.size(), false).get(members) != simdjson::SUCCESS) {
    return refuse("the body is not a JSON object");
  }
  OverrideBody out;
  int seen_disposition = 0;
  int seen_reason = 0;
  for (const auto& [key, value] : members) {
    std::string_view text;
    const bool known = key == "disposition" || key == "reason";
    if (!known) return refuse("unknown key \"" + printable(key, kNameShownMax) + "\"");
    if (value.get(text) != simdjson::SUCCESS) {
      return refuse("\"" + std::string(key) + "\" must be a string");
    }
    if (key == "disposition") {
      const auto disposition = parse_disposition(text);
      if (!disposition) return refuse("\"disposition\" must be allow, warn, quarantine or deny");
      out.disposition = *disposition;
      ++seen_disposition;
    } else {
      if (text.empty() || text.size() > kReasonBytesMax) {
        return refuse("\"reason\" must have 1 to 1000 bytes");
      }
      out.reason = text;
      ++seen_reason;
    }
  }
  if (seen_disposition != 1 || seen_reason != 1) {
    return refuse("\"disposition\" and \"reason\" are needed, each once");
  }
  return out;
}

}  // namespace credence
