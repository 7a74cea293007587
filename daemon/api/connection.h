#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/api/handlers.h"
#include "daemon/api/http.h"
#include "daemon/api/request_parser.h"
#include "daemon/api/server.h"
#include "daemon/api/trust_query.h"

// Private to this room: server.cc and the connection's own sources alone include it.
namespace credence {

class Connection;

// What all threads of a server share.
struct ServerShared {
  ServerShared(ApiServices parts, ApiOptions settings)
      : services(std::move(parts)), options(std::move(settings)) {}

  ApiServices services;
  ApiOptions options;
  std::unique_ptr<Handlers> handlers;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::uint64_t> bodies_bytes{0};
  std::atomic<bool> stopping{false};
};

// One thread that serves connections, and what belongs to it alone.
struct IoThread {
  explicit IoThread(ServerShared& everything);

  void tick();
  void arm_tick();

  ServerShared& shared;
  boost::asio::io_context context{1};
  boost::asio::steady_timer timer;
  std::chrono::milliseconds tick_interval;
  TrustQuery trust;
  std::unordered_map<Connection*, std::shared_ptr<Connection>> connections;
  std::chrono::steady_clock::time_point now;  // as of the last tick
  std::int64_t date_s = 0;
  std::string date;  // of responses
};

// Where a peer came in by, as far as its rights depend on it.
struct Peer {
  bool is_unix = false;
  bool trusted = false;  // needs no token
  std::string actor;     // of a peer without a token
};

// One connection: reads requests, has them answered, writes the responses in order.
// Responses to requests that arrived together are written together.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  Connection(IoThread& thread, Socket socket, Peer peer);
  ~Connection();

  void start();
  // Closes what exceeded its time, keeps quiet event streams alive.
  void tick(std::chrono::steady_clock::time_point now);
  // Ends after the response under way; at once when there is none.
  void finish();
  void close();

 private:
  enum class Phase : std::uint8_t {
    kHead,       // reading a head, or waiting for one
    kBody,       // reading a body
    kWorking,    // a Deferred is under way
    kStreaming,  // an event stream
    kClosing,    // the last response is being written
    kLingering,  // reading what the peer still sends, so that it can read our response
    kClosed,
  };
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t kInBytes = 64 * 1024;  // read at a time; a head has to fit

  void read();
  void on_read(std::size_t size, bool into_body);
  void on_timeout();
  void process();
  bool advance_head();
  bool advance_body();
  void on_head();
  std::optional<Problem> check_head();
  std::optional<Problem> check_rights();
  std::optional<Problem> check_body();
  [[nodiscard]] bool host_is_local() const noexcept;
  void begin_body();
  bool reserve_body(std::size_t capacity);
  void release_body();

  void dispatch();
  void defer(Deferred deferred);
  void complete_deferred(std::uint64_t number);
  void respond();
  void refuse(const Problem& problem);
  void next_request();

  void write();
  void on_written();
  void linger();

  void start_stream();
  void pump_stream();
  void watch_for_end();

  IoThread& thread_;
  ServerShared& shared_;
  Socket socket_;
  const Peer peer_;
  Phase phase_ = Phase::kHead;
  Clock::time_point deadline_;        // of the phase
  Clock::time_point write_deadline_;  // of the write under way
  bool timed_out_ = false;            // the read under way was given up
  bool writing_ = false;
  bool reading_ = false;
  bool close_after_ = false;  // the response under way is the last

  // Bytes read and not used yet: in_[begin, end).
  std::unique_ptr<char[]> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;

  RequestParser parser_;
  bool head_started_ = false;
  Request request_;
  Response response_;
  const Route* route_ = nullptr;
  std::string allow_;
  std::uint64_t body_size_ = 0;  // of a body with Content-Length
  std::size_t body_filled_ = 0;
  std::uint64_t body_limit_ = 0;
  std::uint64_t body_reserved_ = 0;  // counted in ServerShared::bodies_bytes
  Clock::time_point body_started_;

  std::optional<Deferred> deferred_;
  std::uint64_t deferred_number_ = 0;  // of the newest
  std::unique_ptr<boost::asio::steady_timer> deferred_timer_;

  std::string out_;            // responses to write next
  std::string writing_bytes_;  // being written
  std::uint64_t lingered_ = 0;

  EventBus::Subscription subscription_;
  std::shared_ptr<std::atomic<bool>> woken_;
  std::uint64_t stream_last_ = 0;
  Clock::time_point stream_quiet_since_;
};

}  // namespace credence
