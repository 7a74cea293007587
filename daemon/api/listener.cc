#include "daemon/api/listener.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace credence {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Unix = asio::local::stream_protocol;

constexpr mode_t kUnixMode = 0660;
constexpr std::chrono::milliseconds kAcceptRetry{100};  // after running out of descriptors

Error system_error(const std::string& what, const error_code& ec) {
  ErrorCode code = ErrorCode::kIo;
  if (ec == asio::error::address_in_use) code = ErrorCode::kAlreadyExists;
  if (ec == asio::error::access_denied) code = ErrorCode::kPermissionDenied;
  return Error(code, what + ": " + ec.message());
}

// Whether somebody answers at the socket of this path.
bool is_alive(asio::io_context& context, const std::string& path) {
  Unix::socket probe(context);
  error_code ec;
  probe.connect(Unix::endpoint(path), ec);
  return !ec;
}

// Makes way for our socket: removes a socket that nobody listens on, and nothing else.
Result<void> clear_path(asio::io_context& context, const std::string& path) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return Error(ErrorCode::kIo, "looking at " + path + ": " + std::strerror(errno));
  }
  if (!S_ISSOCK(found.st_mode)) {
    return Error(ErrorCode::kAlreadyExists, path + " is there and is no socket");
  }
  if (is_alive(context, path)) {
    return Error(ErrorCode::kAlreadyExists, "another server listens on " + path);
  }
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return Error(ErrorCode::kIo, "removing the stale socket " + path + ": " + std::strerror(errno));
  }
  return {};
}

// Who is on the other end of a Unix socket.
std::optional<std::uint32_t> peer_uid(int descriptor) noexcept {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return std::nullopt;
  }
  return credentials.uid;
}

}  // namespace

Listener::Listener(ServerShared& shared, asio::io_context& context, Choose choose, Take take)
    : shared_(shared),
      context_(context),
      choose_(std::move(choose)),
      take_(std::move(take)),
      tcp_(context),
      unix_(context),
      retry_(context) {}

Listener::~Listener() { close(); }

Result<void> Listener::open_tcp(const std::string& address, std::uint16_t port) {
  error_code ec;
  const auto ip = asio::ip::make_address(address, ec);
  if (ec) return Error(ErrorCode::kInvalidArgument, "\"" + address + "\" is no IP address");
  if (shared_.options.tokens.empty() && !ip.is_loopback()) {
    return Error(ErrorCode::kPermissionDenied,
                 "without tokens only loopback addresses and the Unix socket are served; " +
                     address + " needs a token file");
  }
  const std::string what = "listening on " + address + " port " + std::to_string(port);
  const tcp::endpoint endpoint(ip, port);
  tcp_.open(endpoint.protocol(), ec);
  if (!ec) tcp_.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) tcp_.bind(endpoint, ec);
  if (!ec) tcp_.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return system_error(what, ec);
  tcp_port_ = tcp_.local_endpoint(ec).port();
  if (ec) return system_error(what, ec);
  return {};
}

Result<void> Listener::open_unix(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return Error(ErrorCode::kInvalidArgument, "the socket's path is too long: " + path);
  }
  if (auto cleared = clear_path(context_, path); !cleared) return cleared;
  error_code ec;
  unix_.open(Unix(), ec);
  // The mode is set before the name exists, so that nobody slips in between.
  if (!ec && fchmod(unix_.native_handle(), kUnixMode) != 0) {
    ec.assign(errno, boost::system::system_category());
  }
  if (!ec) unix_.bind(Unix::endpoint(path), ec);
  if (!ec) unix_path_ = path;
  if (!ec && chmod(path.c_str(), kUnixMode) != 0) {
    ec.assign(errno, boost::system::system_category());
  }
  if (!ec) unix_.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return system_error("listening on " + path, ec);
  return {};
}

void Listener::accept() {
  if (tcp_.is_open()) accept_tcp();
  if (unix_.is_open()) accept_unix();
}

void Listener::close() {
  error_code ignored;
  retry_.cancel();
  tcp_.close(ignored);
  unix_.close(ignored);
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
  unix_path_.clear();
}

// Counts the connection in; the caller closes it when there is no room.
bool Listener::has_room() {
  if (shared_.connections.fetch_add(1) < shared_.options.connections_max) return true;
  shared_.connections.fetch_sub(1);
  shared_.services.metrics.add(MetricId::kHttpConnectionsRefused);
  return false;
}

void Listener::retry_later(void (Listener::*again)()) {
  retry_.expires_after(kAcceptRetry);
  retry_.async_wait([this, again](const error_code& ec) {
    if (!ec) (this->*again)();
  });
}

void Listener::accept_tcp() {
  IoThread& thread = choose_();
  tcp_.async_accept(thread.context, [this, &thread](const error_code& ec, tcp::socket socket) {
    if (ec == asio::error::operation_aborted || !tcp_.is_open()) return;
    if (ec) return retry_later(&Listener::accept_tcp);
    if (has_room()) {
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      Peer peer;
      peer.trusted = shared_.options.tokens.empty();
      peer.actor = "local";
      take_(thread, Connection::Socket(std::move(socket)), std::move(peer));
    }
    accept_tcp();
  });
}

void Listener::accept_unix() {
  IoThread& thread = choose_();
  unix_.async_accept(thread.context, [this, &thread](const error_code& ec, Unix::socket socket) {
    if (ec == asio::error::operation_aborted || !unix_.is_open()) return;
    if (ec) return retry_later(&Listener::accept_unix);
    const auto uid = peer_uid(socket.native_handle());
    const auto& allowed = shared_.options.unix_uids;
    const bool listed = uid && std::find(allowed.begin(), allowed.end(), *uid) != allowed.end();
    if (!uid || (!allowed.empty() && !listed)) {
      shared_.services.metrics.add(MetricId::kHttpConnectionsRefused);
    } else if (has_room()) {
      Peer peer;
      peer.is_unix = true;
      peer.trusted = listed || shared_.options.tokens.empty();
      peer.actor = "uid:" + std::to_string(*uid);
      take_(thread, Connection::Socket(std::move(socket)), std::move(peer));
    }
    accept_unix();
  });
}

}  // namespace credence
