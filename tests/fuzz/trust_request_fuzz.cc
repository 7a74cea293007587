// Property: the fast way through bodies of digests alone and the general way agree on
// what is valid, and on what it says; two runs agree; what is accepted is within limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/api/trust_request.h"
#include "scanners/core/result.h"

namespace credence {
namespace {

void check_limits(const TrustRequest& request) {
  CREDENCE_CHECK(request.size() >= 1 && request.size() <= TrustRequest::kSubjectsMax);
  CREDENCE_CHECK(request.digests.empty() || request.subjects.empty());
  CREDENCE_CHECK(request.deadline_ms.value_or(0) <= TrustRequest::kDeadlineMsMax);
  for (const TrustSubject& subject : request.subjects) {
    CREDENCE_CHECK(subject.has_digest || subject.has_uri || subject.has_id || subject.has_text);
    CREDENCE_CHECK(subject.has_uri == !subject.uri.empty());
    CREDENCE_CHECK(subject.has_id == !subject.id.empty());
  }
}

void check_equal(const TrustRequest& a, const TrustRequest& b) {
  CREDENCE_CHECK(a.digests == b.digests && a.subjects.size() == b.subjects.size());
  CREDENCE_CHECK(a.on_miss == b.on_miss && a.deadline_ms == b.deadline_ms);
  for (std::size_t i = 0; i < a.subjects.size(); ++i) {
    const TrustSubject& x = a.subjects[i];
    const TrustSubject& y = b.subjects[i];
    CREDENCE_CHECK(x.digest == y.digest && x.uri == y.uri && x.id == y.id && x.text == y.text);
  }
}

}  // namespace
}  // namespace credence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const PaddedBuffer body =
      PaddedBuffer::copy_of(std::string_view(reinterpret_cast<const char*>(data), size));
  TrustRequestParser first_parser;
  TrustRequestParser second_parser;
  TrustRequest first;
  TrustRequest second;
  const auto any = first_parser.parse(body.view(), first);
  const auto general = second_parser.parse_any(body.view(), second);
  CREDENCE_CHECK(any.ok() == general.ok());
  if (!any) {
    CREDENCE_CHECK(any.error().code() == ErrorCode::kInvalidArgument);
    CREDENCE_CHECK(any.error().message() == general.error().message());
    return 0;
  }
  check_limits(first);
  check_equal(first, second);
  return 0;
}
