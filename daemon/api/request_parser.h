#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "daemon/api/http.h"
#include "daemon/api/problem.h"
#include "scanners/core/padded_buffer.h"

namespace credence {

// Parses the heads of requests, and chunked bodies, strictly: what two HTTP parsers
// could read differently is refused (RFC 9112 section 11.2). That is a
// Transfer-Encoding other than exactly "chunked", one beside a Content-Length or in
// HTTP/1.0, a repeated Content-Length, a missing or repeated Host.
//
// One a connection; start() begins each request.
class RequestParser {
 public:
  enum class State : std::uint8_t {
    kNeedMore,  // give it what follows the bytes it consumed
    kHead,      // the head is complete; a body with Content-Length is the caller's to read
    kDone,      // a chunked body is complete
    kFailed,    // see problem()
  };

  // Heads longer than `head_bytes_max` are refused.
  explicit RequestParser(std::uint32_t head_bytes_max);
  ~RequestParser();

  // Forgets everything. The head is written to `head`, which outlives the request.
  void start(Head& head);

  // After kHead: the chunks' bytes are appended to `body`, up to `bytes_max` of them.
  void read_chunks_into(PaddedBuffer& body, std::uint64_t bytes_max);

  // Parses from the start of `data` and returns how many bytes it consumed. What was
  // not consumed is given again with more behind it.
  std::size_t feed(std::string_view data);

  [[nodiscard]] State state() const noexcept;
  [[nodiscard]] const Problem& problem() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace credence
