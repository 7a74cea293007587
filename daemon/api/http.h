#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scanners/core/digest.h"
#include "scanners/core/padded_buffer.h"

// This room is the daemon's face: HTTP/1.1 with JSON over TCP and a Unix socket.
// server.h is the way in, services.h what it stands on, openapi.json what it
// promises. Requests come from anyone who can connect, so everything is bounded.
namespace credence {

enum class Method : std::uint8_t { kGet, kHead, kPost, kOther };

// What we use of a request's head. Strings keep their memory from one request to
// the next.
struct Head {
  Method method = Method::kOther;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool chunked = false;
  bool expect_continue = false;
  bool expect_unknown = false;
  bool has_origin = false;  // sent by a browser's script
  std::uint32_t host_count = 0;
  std::optional<std::uint64_t> content_length;
  std::string target;  // path and query, undecoded
  std::string host;
  std::string authorization;
  std::string content_type;
  std::string last_event_id;

  void clear();

  [[nodiscard]] std::string_view path() const noexcept {
    return std::string_view(target).substr(0, target.find('?'));
  }
  // Without the question mark.
  [[nodiscard]] std::string_view query() const noexcept {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
  }
};

// A request as handlers see it. Lives in its connection until the response is out.
struct Request {
  Head head;
  PaddedBuffer body;
  std::optional<Digest> digest;  // of the path, on routes that have one
  std::string actor;             // the token's name, "uid:1000", or "local"
};

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";
  std::string extra_headers;  // whole lines, each with its CRLF
  std::string body;
  bool close = false;

  void clear();
};

[[nodiscard]] std::string_view reason_phrase(int status) noexcept;

// Appends the response's head and, unless `head_only`, its body.
void append_response(std::string& out, const Response& response, bool keep_alive, bool head_only,
                     std::string_view date);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t unix_s);

}  // namespace credence
