#pragma once

#include <string>
#include <string_view>

#include "config/load/config.h"
#include "scanners/core/result.h"

namespace credence::cli {

// Where the daemon is asked.
struct DaemonAddress {
  std::string tcp;        // "127.0.0.1:8787"
  std::string unix_path;  // instead of TCP when not empty
  std::string token;      // bearer token; empty: none
};

// `server` ("ADDRESS:PORT", "http://ADDRESS:PORT" or "unix:PATH"), else what `config` says
// that the daemon listens on. The token is $CREDENCE_TOKEN.
[[nodiscard]] DaemonAddress daemon_address(const std::string& server, const Config& config);

struct HttpAnswer {
  unsigned status = 0;
  std::string body;
};

// One request, one answer. kUnavailable when the daemon cannot be reached or does not
// answer in a minute; the message says what to do.
[[nodiscard]] Result<HttpAnswer> ask(const DaemonAddress& address, std::string_view method,
                                     std::string_view target, std::string_view json);

// Error for an answer that is not 2xx: the problem document's words.
[[nodiscard]] Error problem_of(const HttpAnswer& answer);

// Prints why the daemon gave no answer, or none that helps; the exit code for it.
int fail_to_ask(const Error& error);

}  // namespace credence::cli
