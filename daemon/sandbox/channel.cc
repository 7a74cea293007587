#include "daemon/sandbox/channel.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include <poll.h>
#include <sys/socket.h>

#include "daemon/sandbox/byte_writer.h"
#include "scanners/core/byte_reader.h"

namespace credence {
namespace {

constexpr std::size_t kHeaderSize = 5;
constexpr std::size_t kReadStep = 256 * 1024;

Error system_error(std::string_view what) {
  return Error(ErrorCode::kIo, std::string(what) + ": " + std::strerror(errno));
}

Error gone() { return Error(ErrorCode::kUnavailable, "the other side closed the connection"); }

// Waits until the socket is ready for `events`.
Result<void> wait_for(int socket, short events, Deadline deadline) {
  for (;;) {
    int timeout_ms = -1;
    if (deadline != kNoDeadline) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return Error(ErrorCode::kDeadlineExceeded, "no answer in time");
      timeout_ms =
          static_cast<int>(std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max()));
    }
    pollfd entry{socket, events, 0};
    const int ready = ::poll(&entry, 1, timeout_ms);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("poll");
  }
}

// Room for one descriptor beside the bytes of a message.
struct Control {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes{};
};

void attach(msghdr& message, Control& control, int fd) {
  message.msg_control = control.bytes.data();
  message.msg_controllen = control.bytes.size();
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
}

// The last descriptor that came along; the others are closed: alignment leaves room
// for more than the one that was meant.
UniqueFd detach(msghdr& message) {
  UniqueFd out;
  for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
    if (at->cmsg_level != SOL_SOCKET || at->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (at->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(at) + i * sizeof fd, sizeof fd);
      out.reset(fd);
    }
  }
  return out;
}

// Receives at least one byte, at most `size`; a descriptor that comes along
// replaces `fd`.
Result<std::size_t> receive_some(int socket, char* data, std::size_t size, UniqueFd& fd,
                                 Deadline deadline) {
  for (;;) {
    if (auto ready = wait_for(socket, POLLIN, deadline); !ready) return std::move(ready).error();
    iovec part{data, size};
    Control control;
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    const ssize_t count = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (count > 0) {
      if (UniqueFd passed = detach(message)) fd = std::move(passed);
      return static_cast<std::size_t>(count);
    }
    if (count == 0 || errno == ECONNRESET) return gone();
    if (errno != EAGAIN && errno != EINTR) return system_error("recvmsg");
  }
}

}  // namespace

Result<void> send_frame(int socket, FrameType type, std::string_view body, int fd,
                        Deadline deadline) {
  std::string header;
  ByteWriter(header)
      .number(static_cast<std::uint32_t>(body.size()))
      .number(static_cast<std::uint8_t>(type));
  std::size_t sent = 0;
  while (sent < kHeaderSize + body.size()) {
    if (auto ready = wait_for(socket, POLLOUT, deadline); !ready) return ready;
    const std::string_view head = std::string_view(header).substr(std::min(sent, kHeaderSize));
    const std::string_view rest = body.substr(sent > kHeaderSize ? sent - kHeaderSize : 0);
    std::array<iovec, 2> parts{iovec{const_cast<char*>(head.data()), head.size()},
                               iovec{const_cast<char*>(rest.data()), rest.size()}};
    Control control;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    if (fd >= 0 && sent == 0) attach(message, control, fd);
    const ssize_t count = ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count >= 0 || errno == EAGAIN || errno == EINTR) continue;
    if (errno == EPIPE || errno == ECONNRESET) return gone();
    return system_error("sendmsg");
  }
  return {};
}

Result<Frame> receive_frame(int socket, std::size_t body_size_max, Deadline deadline) {
  Frame frame;
  std::array<char, kHeaderSize> header;
  for (std::size_t have = 0; have < header.size();) {
    auto count =
        receive_some(socket, header.data() + have, header.size() - have, frame.fd, deadline);
    if (!count) return std::move(count).error();
    have += *count;
  }
  ByteReader reader(std::string_view(header.data(), header.size()));
  const std::uint32_t size = reader.little<std::uint32_t>().value_or(0);
  const std::uint8_t type = reader.little<std::uint8_t>().value_or(0);
  if (size > body_size_max || type < 1 || type > static_cast<unsigned>(FrameType::kReport)) {
    return Error(ErrorCode::kCorrupt, "not a frame of a worker's protocol");
  }
  frame.type = static_cast<FrameType>(type);
  // Memory follows what arrives, not what was announced.
  while (frame.body.size() < size) {
    const std::size_t have = frame.body.size();
    frame.body.resize(have + std::min<std::size_t>(size - have, kReadStep));
    auto count = receive_some(socket, frame.body.data() + have, frame.body.size() - have, frame.fd,
                              deadline);
    if (!count) return std::move(count).error();
    frame.body.resize(have + *count);
  }
  return frame;
}

Result<SocketPair> make_socket_pair() {
  std::array<int, 2> fds{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) {
    return system_error("socketpair");
  }
  return SocketPair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

}  // namespace credence
