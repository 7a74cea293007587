#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/api/http.h"
#include "scanners/core/decision.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"

// What the smaller requests say beside their route. Reading is strict: unknown names, names
// given twice and values out of range are problems.
namespace credence {

// POST /v1/scan.
struct UploadParams {
  std::string name;
  std::string uri;
  std::string id;  // "collection/id", or empty
  bool store = true;
};

// Where these two give nothing, `response` has the problem.
[[nodiscard]] std::optional<UploadParams> read_upload_params(const Request& request,
                                                             Response& response);
// POST /v1/sync: milliseconds; `otherwise` where the caller names none.
[[nodiscard]] std::optional<std::uint32_t> read_sync_timeout(const Request& request,
                                                             std::uint32_t otherwise,
                                                             Response& response);

// The body of POST /v1/verdicts/{digest}/override.
struct OverrideBody {
  Disposition disposition = Disposition::kDeny;
  std::string reason;
};
[[nodiscard]] Result<OverrideBody> read_override(PaddedView body);

}  // namespace credence
