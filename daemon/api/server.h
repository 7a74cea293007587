#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/api/auth.h"
#include "daemon/api/handlers.h"
#include "daemon/api/services.h"
#include "scanners/core/result.h"

namespace credence {

struct ApiOptions {
  // Where to listen. Without tokens only loopback addresses are accepted.
  std::string tcp_address = "127.0.0.1";  // an IP address; empty for no TCP
  std::uint16_t tcp_port = 0;             // 0: any free one; see ApiServer::tcp_port()
  std::string unix_path;                  // empty for no Unix socket; mode 0660
  // When not empty, only peers of these users may use the Unix socket, and they need no
  // token.
  std::vector<std::uint32_t> unix_uids;
  TokenSet tokens;

  std::size_t io_threads = 1;
  std::size_t connections_max = 1'024;

  std::uint32_t head_bytes_max = 16 * 1024;
  std::uint64_t small_body_bytes_max = 64 * 1024;
  std::uint64_t trust_body_bytes_max = 16ULL << 20;
  std::uint64_t scan_body_bytes_max = 256ULL << 20;
  std::uint64_t bodies_bytes_max = 1ULL << 30;  // of all requests together

  std::chrono::milliseconds head_timeout{10'000};  // from a head's first byte to its last
  // A body may take this long, and one second more for each 16 KiB that have come.
  std::chrono::milliseconds body_timeout{10'000};
  std::chrono::milliseconds idle_timeout{75'000};   // between requests
  std::chrono::milliseconds write_timeout{30'000};  // for a peer to take a response
  std::chrono::milliseconds heartbeat{15'000};      // comments on quiet event streams

  HandlerOptions handlers;
};

// The HTTP server. Each connection belongs to one thread for its life.
class ApiServer {
 public:
  // Binds and starts to serve. kPermissionDenied for an address that is not loopback
  // without tokens; kInvalidArgument for what is no address, or nothing to listen on;
  // kAlreadyExists when another server has the address or the socket's path;
  // kIo and others as the operating system says.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> start(ApiServices services,
                                                                ApiOptions options);
  ~ApiServer();  // stop() with no patience, unless it was called

  // The port that was bound; 0 without TCP.
  [[nodiscard]] std::uint16_t tcp_port() const noexcept;

  // Accepts no more, lets requests under way finish for at most `patience`, then closes
  // what is left. Returns when all threads have ended, scans under way included.
  void stop(std::chrono::milliseconds patience);

 private:
  struct State;
  explicit ApiServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace credence
