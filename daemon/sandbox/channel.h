#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/pipeline/unique_fd.h"
#include "scanners/core/result.h"

namespace credence {

// What the coordinator says to the fork server and to the workers, and they to it,
// over Unix stream sockets: a 32-bit length, a type, a body (messages.h), and with
// some types a descriptor.
enum class FrameType : std::uint8_t {
  kSetup = 1,   // to the fork server: what engine to build
  kBuilt = 2,   // from it: done
  kFailed = 3,  // from it or a worker: could not start; the body is the reason
  kSpawn = 4,   // to it: make a worker, with the worker's socket
  kSpawned = 5,
  kEnd = 6,  // to it: end a worker and say how it ended
  kEnded = 7,
  kReady = 8,   // from a worker: locked in
  kJob = 9,     // to a worker: an artifact, with its descriptor
  kReport = 10  // from it: the encoded report
};

struct Frame {
  FrameType type = FrameType::kFailed;
  std::string body;
  UniqueFd fd;
};

using Deadline = std::chrono::steady_clock::time_point;
inline constexpr Deadline kNoDeadline = Deadline::max();

// Both make no use of SIGPIPE. Errors: kDeadlineExceeded; kUnavailable when the other
// side is gone; kCorrupt when it sent what is no frame of at most `body_size_max`
// bytes, whatever length it announces; kIo.
[[nodiscard]] Result<void> send_frame(int socket, FrameType type, std::string_view body, int fd,
                                      Deadline deadline);
[[nodiscard]] Result<Frame> receive_frame(int socket, std::size_t body_size_max, Deadline deadline);

// A connected pair of such sockets, closed on exec.
struct SocketPair {
  UniqueFd coordinator;
  UniqueFd worker;
};
[[nodiscard]] Result<SocketPair> make_socket_pair();

}  // namespace credence
