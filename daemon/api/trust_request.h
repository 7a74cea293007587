#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "scanners/core/digest.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"

namespace credence {

// What is answered for a subject that no stored verdict covers.
enum class OnMiss : std::uint8_t {
  kDefault,  // kScan for a subject with text, kDeny for another
  kDeny,
  kAllow,
  kScan,  // a subject without text cannot be scanned and is denied
  kPending,
};

// One thing asked about, by one or several identities.
struct TrustSubject {
  Digest digest;
  std::string_view uri;
  std::string_view id;  // "collection/id"
  std::string_view text;
  bool has_digest = false;
  bool has_uri = false;
  bool has_id = false;
  bool has_text = false;
};

// A trust query. Reused from call to call; views are valid until the parser that
// filled it parses again.
struct TrustRequest {
  static constexpr std::size_t kSubjectsMax = 10'000;
  static constexpr std::uint32_t kDeadlineMsMax = 60'000;

  // Either every subject is one digest and all of them are in `digests`, or `digests`
  // is empty and all are in `subjects`.
  std::vector<Digest> digests;
  std::vector<TrustSubject> subjects;
  OnMiss on_miss = OnMiss::kDefault;
  std::optional<std::uint32_t> deadline_ms;

  [[nodiscard]] std::size_t size() const noexcept {
    return digests.empty() ? subjects.size() : digests.size();
  }
  void clear();
};

// Parses bodies of POST /v1/trust:
//
//   {"subjects": [{"digest"|"uri"|"id"|"text": string, …}, …], "on_miss"?, "deadline_ms"?}
//
// Strict: unknown keys, repeated keys, other types and numbers of subjects outside
// 1..kSubjectsMax are kInvalidArgument with a message for the client that names the
// place. Used by one thread.
class TrustRequestParser {
 public:
  TrustRequestParser();
  ~TrustRequestParser();

  // `request` is unspecified after a failure.
  Result<void> parse(PaddedView body, TrustRequest& request);

  // The same for any body; parse() tries a faster way first, for bodies of digests
  // alone.
  Result<void> parse_any(PaddedView body, TrustRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace credence
