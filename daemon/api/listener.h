#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "daemon/api/connection.h"
#include "scanners/core/result.h"

// Private to this room.
namespace credence {

// Accepts connections and hands each, with what its way in says about it, to `take` of
// the thread that will serve it. Lives on one io_context.
class Listener {
 public:
  using Take = std::function<void(IoThread&, Connection::Socket, Peer)>;
  // Which thread serves the next connection.
  using Choose = std::function<IoThread&()>;

  Listener(ServerShared& shared, boost::asio::io_context& context, Choose choose, Take take);
  ~Listener();

  Result<void> open_tcp(const std::string& address, std::uint16_t port);
  Result<void> open_unix(const std::string& path);
  [[nodiscard]] std::uint16_t tcp_port() const noexcept { return tcp_port_; }

  void accept();
  // On the context's thread. Removes the Unix socket.
  void close();

 private:
  void accept_tcp();
  void accept_unix();
  void retry_later(void (Listener::*again)());
  [[nodiscard]] bool has_room();

  ServerShared& shared_;
  boost::asio::io_context& context_;
  Choose choose_;
  Take take_;
  boost::asio::ip::tcp::acceptor tcp_;
  boost::asio::local::stream_protocol::acceptor unix_;
  boost::asio::steady_timer retry_;
  std::string unix_path_;  // that we made
  std::uint16_t tcp_port_ = 0;
};

}  // namespace credence
