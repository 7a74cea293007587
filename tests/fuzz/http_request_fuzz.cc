// Property: a request cut at any place parses as it does whole; what is accepted is
// framed in one way only; a body never exceeds its limit.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/api/request_parser.h"
#include "scanners/core/result.h"

namespace credence {
namespace {

constexpr std::uint32_t kHeadBytesMax = 2'048;
constexpr std::uint64_t kBodyBytesMax = 512;

struct Parsed {
  RequestParser::State state = RequestParser::State::kNeedMore;
  std::string target;
  std::string body;
  std::size_t consumed = 0;
};

// Gives `bytes` to a parser `step` at a time.
Parsed parse(std::string_view bytes, std::size_t step) {
  RequestParser parser(kHeadBytesMax);
  Head head;
  PaddedBuffer body;
  Parsed out;
  parser.start(head);
  std::size_t given = 0;
  bool in_body = false;
  while (true) {
    const bool more = given < bytes.size();
    given = std::min(given + step, bytes.size());
    std::size_t consumed = 1;
    while (consumed > 0 && out.consumed < given) {
      consumed = parser.feed(bytes.substr(out.consumed, given - out.consumed));
      CREDENCE_CHECK(consumed <= given - out.consumed);
      out.consumed += consumed;
      out.state = parser.state();
      if (out.state == RequestParser::State::kFailed) return out;
      if (out.state == RequestParser::State::kHead && !in_body) {
        in_body = true;
        CREDENCE_CHECK(out.consumed <= kHeadBytesMax);
        CREDENCE_CHECK(!(head.chunked && head.content_length.has_value()));
        CREDENCE_CHECK(!(head.chunked && head.http_1_0));
        CREDENCE_CHECK(head.http_1_0 || head.host_count == 1);
        out.target = head.target;
        if (!head.chunked) return out;
        parser.read_chunks_into(body, kBodyBytesMax);
      }
      CREDENCE_CHECK(body.size() <= kBodyBytesMax);
      if (out.state == RequestParser::State::kDone) {
        out.body = body.view().text();
        return out;
      }
    }
    if (!more) return out;
  }
}

}  // namespace
}  // namespace credence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Parsed whole = parse(bytes, size + 1);
  for (const std::size_t step : {1, 7}) {
    const Parsed cut = parse(bytes, step);
    const bool both_succeed =
        whole.state != RequestParser::State::kFailed && cut.state != RequestParser::State::kFailed;
    if (!both_succeed) continue;
    CREDENCE_CHECK(cut.state == whole.state);
    // Of what is not whole, more or less may have been consumed.
    if (whole.state == RequestParser::State::kNeedMore) continue;
    CREDENCE_CHECK(cut.target == whole.target && cut.body == whole.body);
    CREDENCE_CHECK(cut.consumed == whole.consumed);
  }
  return 0;
}
