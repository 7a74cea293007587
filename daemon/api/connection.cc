#include "daemon/api/connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

namespace credence {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kOutBytesMax = 256 * 1024;    // pipelined responses gathered in one write
constexpr std::size_t kBodyBytesKept = 256 * 1024;  // by an idle connection
constexpr std::uint64_t kLingerBytesMax = 64ULL << 20;
constexpr std::chrono::milliseconds kLingerTime{2'000};
constexpr std::uint64_t kBodyBytesPerSecondMin = 16 * 1024;

MetricId response_metric(int status) noexcept {
  if (status < 400) return MetricId::kHttp2xx;
  return status < 500 ? MetricId::kHttp4xx : MetricId::kHttp5xx;
}

}  // namespace

Connection::Connection(IoThread& thread, Socket socket, Peer peer)
    : thread_(thread),
      shared_(thread.shared),
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      in_(new char[kInBytes]),
      parser_(thread.shared.options.head_bytes_max) {}

Connection::~Connection() { release_body(); }

void Connection::start() {
  parser_.start(request_.head);
  deadline_ = thread_.now + shared_.options.head_timeout;
  read();
}

void Connection::tick(Clock::time_point now) {
  if (phase_ == Phase::kStreaming && !writing_) {
    if (now - stream_quiet_since_ >= shared_.options.heartbeat) {
      out_.append(": alive\n\n");
      write();
    }
    return;
  }
  if (phase_ == Phase::kWorking && !writing_) return;
  if (now < (writing_ ? write_deadline_ : deadline_)) return;
  if (phase_ != Phase::kLingering) shared_.services.metrics.add(MetricId::kHttpTimeouts);
  const bool asked = phase_ == Phase::kBody || (phase_ == Phase::kHead && head_started_);
  if (!writing_ && asked && !timed_out_) {
    timed_out_ = true;  // the aborted read answers
    error_code ignored;
    socket_.cancel(ignored);
  } else {
    close();
  }
}

void Connection::finish() {
  close_after_ = true;
  const bool idle = phase_ == Phase::kHead && !head_started_ && !writing_;
  if (idle || phase_ == Phase::kStreaming) close();
}

void Connection::close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  subscription_.cancel();
  if (deferred_timer_) deferred_timer_->cancel();
  error_code ignored;
  socket_.close(ignored);
  shared_.connections.fetch_sub(1);
  shared_.services.metrics.change(MetricId::kHttpConnections, -1);
  thread_.connections.erase(this);
}

// ---- reading ----

void Connection::read() {
  if (reading_ || phase_ == Phase::kClosed) return;
  reading_ = true;
  // A body larger than what is at hand is read to where it belongs.
  const bool into_body = phase_ == Phase::kBody && !request_.head.chunked;
  asio::mutable_buffer target;
  if (into_body) {
    target = asio::buffer(request_.body.data() + body_filled_, request_.body.size() - body_filled_);
  } else {
    if (in_begin_ > 0) {
      std::memmove(in_.get(), in_.get() + in_begin_, in_end_ - in_begin_);
      in_end_ -= in_begin_;
      in_begin_ = 0;
    }
    target = asio::buffer(in_.get() + in_end_, kInBytes - in_end_);
  }
  socket_.async_read_some(
      target, [self = shared_from_this(), into_body](const error_code& ec, std::size_t size) {
        self->reading_ = false;
        if (self->phase_ == Phase::kClosed) return;
        if (self->timed_out_) return self->on_timeout();
        if (ec) return self->close();
        self->on_read(size, into_body);
      });
}

void Connection::on_timeout() {
  timed_out_ = false;
  if (phase_ == Phase::kLingering) return close();
  refuse({ProblemKind::kRequestTimeout, "the rest of the request did not come in time"});
  write();
}

void Connection::on_read(std::size_t size, bool into_body) {
  if (phase_ == Phase::kLingering) {
    lingered_ += size;
    if (lingered_ > kLingerBytesMax) return close();
    in_begin_ = in_end_ = 0;
    return read();
  }
  if (into_body) {
    body_filled_ += size;
  } else {
    in_end_ += size;
  }
  process();
}

// Uses what was read as far as it goes, then writes or reads on.
void Connection::process() {
  bool progress = true;
  while (progress && out_.size() < kOutBytesMax) {
    if (phase_ == Phase::kHead) {
      progress = advance_head();
    } else if (phase_ == Phase::kBody) {
      progress = advance_body();
    } else {
      progress = false;
    }
  }
  if (!out_.empty()) return write();
  if (!writing_ && (phase_ == Phase::kHead || phase_ == Phase::kBody)) read();
}

bool Connection::advance_head() {
  if (in_begin_ == in_end_) return false;
  if (!head_started_) {
    head_started_ = true;
    deadline_ = thread_.now + shared_.options.head_timeout;
  }
  in_begin_ += parser_.feed({in_.get() + in_begin_, in_end_ - in_begin_});
  switch (parser_.state()) {
    case RequestParser::State::kNeedMore:
      if (in_begin_ == 0 && in_end_ == kInBytes) {
        refuse({ProblemKind::kHeaderTooLarge, "the header is larger than the daemon accepts"});
      }
      return false;
    case RequestParser::State::kFailed: refuse(parser_.problem()); return false;
    case RequestParser::State::kHead:
    case RequestParser::State::kDone: break;
  }
  on_head();
  return true;
}

void Connection::on_head() {
  auto problem = check_head();
  if (!problem) problem = check_rights();
  if (!problem) problem = check_body();
  if (problem) return refuse(*problem);
  begin_body();
}

void Connection::begin_body() {
  const Head& head = request_.head;
  request_.body.clear();
  body_filled_ = 0;
  body_size_ = head.content_length.value_or(0);
  if (!head.chunked && body_size_ == 0) return dispatch();
  phase_ = Phase::kBody;
  if (head.chunked) parser_.read_chunks_into(request_.body, body_limit_);
  body_started_ = thread_.now;
  deadline_ = body_started_ + shared_.options.body_timeout;
  if (head.expect_continue && !head.http_1_0 && in_begin_ == in_end_) {
    out_.append("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

bool Connection::advance_body() {
  if (request_.head.chunked) {
    if (in_begin_ == in_end_) return false;
    in_begin_ += parser_.feed({in_.get() + in_begin_, in_end_ - in_begin_});
    if (parser_.state() == RequestParser::State::kFailed) {
      refuse(parser_.problem());
      return false;
    }
    if (!reserve_body(request_.body.capacity())) return false;
    body_filled_ = request_.body.size();
    if (parser_.state() == RequestParser::State::kDone) {
      dispatch();
      return true;
    }
    if (in_begin_ == 0 && in_end_ == kInBytes) {
      refuse({ProblemKind::kMalformedHttp, "a chunk header is too long"});
      return false;
    }
  } else {
    const std::uint64_t missing = body_size_ - body_filled_;
    const std::size_t have = std::min<std::uint64_t>(in_end_ - in_begin_, missing);
    // Memory grows with what has come, not with what was announced.
    const std::size_t room = std::min<std::uint64_t>(
        missing, std::max<std::size_t>(have, std::max(kInBytes, body_filled_)));
    if (body_filled_ + room > request_.body.size()) {
      request_.body.truncate(body_filled_);
      if (!reserve_body(body_filled_ + room)) return false;
      request_.body.reserve(body_filled_ + room);
      request_.body.resize_uninitialised(body_filled_ + room);
    }
    std::memcpy(request_.body.data() + body_filled_, in_.get() + in_begin_, have);
    in_begin_ += have;
    body_filled_ += have;
    if (body_filled_ == body_size_) {
      dispatch();
      return true;
    }
    if (body_filled_ == request_.body.size()) return true;  // make more room first
  }
  deadline_ = body_started_ + shared_.options.body_timeout +
              std::chrono::seconds(body_filled_ / kBodyBytesPerSecondMin);
  return false;
}

// Accounts for a body of `capacity` bytes; refuses the request where all bodies
// together would take too much.
bool Connection::reserve_body(std::size_t capacity) {
  if (capacity <= kBodyBytesKept || capacity <= body_reserved_) return true;
  const std::uint64_t more = capacity - body_reserved_;
  const std::uint64_t before = shared_.bodies_bytes.fetch_add(more);
  if (before + more > shared_.options.bodies_bytes_max) {
    shared_.bodies_bytes.fetch_sub(more);
    refuse({ProblemKind::kUnavailable, "too many large requests are under way"});
    return false;
  }
  body_reserved_ = capacity;
  shared_.services.metrics.change(MetricId::kHttpBodyBytes, static_cast<std::int64_t>(more));
  return true;
}

void Connection::release_body() {
  if (body_reserved_ > 0) {
    shared_.bodies_bytes.fetch_sub(body_reserved_);
    shared_.services.metrics.change(MetricId::kHttpBodyBytes,
                                    -static_cast<std::int64_t>(body_reserved_));
    body_reserved_ = 0;
  }
  if (request_.body.capacity() > kBodyBytesKept) request_.body = PaddedBuffer();
}

// ---- answering ----

void Connection::dispatch() {
  response_.clear();
  if (route_->id == RouteId::kEvents) return start_stream();
  auto deferred = shared_.handlers->handle(*route_, request_, thread_.trust, response_);
  if (deferred) return defer(*std::move(deferred));
  respond();
}

void Connection::defer(Deferred deferred) {
  phase_ = Phase::kWorking;
  deferred_ = std::move(deferred);
  const std::uint64_t number = ++deferred_number_;
  const bool running = deferred_->pool->submit(
      [self = shared_from_this(), run = std::move(deferred_->run), number]() mutable {
        run();
        asio::io_context& context = self->thread_.context;
        asio::post(context, [self = std::move(self), number] { self->complete_deferred(number); });
      });
  if (!running && deferred_->refuse_when_full) {
    deferred_.reset();
    set_problem(response_, {ProblemKind::kUnavailable, "too many requests are under way"});
    return respond();
  }
  if (!running) {
    deferred_->complete(response_);
    deferred_.reset();
    return respond();
  }
  if (!deferred_->deadline) return;
  deferred_timer_ = std::make_unique<asio::steady_timer>(thread_.context, *deferred_->deadline);
  deferred_timer_->async_wait([weak = weak_from_this(), number](const error_code& ec) {
    const auto self = weak.lock();
    if (!ec && self) self->complete_deferred(number);
  });
}

// Does nothing when it comes late: the deadline has answered before the run ended.
void Connection::complete_deferred(std::uint64_t number) {
  if (phase_ != Phase::kWorking || !deferred_ || number != deferred_number_) return;
  if (deferred_timer_) {
    deferred_timer_->cancel();
    deferred_timer_.reset();
  }
  const auto complete = std::move(deferred_->complete);
  deferred_.reset();
  complete(response_);
  respond();
  process();
}

void Connection::respond() {
  const bool keep = request_.head.keep_alive && !response_.close && !close_after_ &&
                    !shared_.stopping.load(std::memory_order_relaxed);
  close_after_ = !keep;
  const std::string_view keep_alive_1_0 = "Connection: keep-alive\r\n";
  if (keep && request_.head.http_1_0) response_.extra_headers.append(keep_alive_1_0);
  append_response(out_, response_, keep, request_.head.method == Method::kHead, thread_.date);
  shared_.services.metrics.add(response_metric(response_.status));
  if (response_.body.capacity() > kBodyBytesKept) response_.body = std::string();
  next_request();
}

void Connection::next_request() {
  release_body();
  head_started_ = false;
  route_ = nullptr;
  if (close_after_) {
    phase_ = Phase::kClosing;
    return;
  }
  phase_ = Phase::kHead;
  parser_.start(request_.head);
  deadline_ = thread_.now + shared_.options.idle_timeout;
}

// Answers with a problem and closes: where the request ends is not known, or not worth
// reading up to.
void Connection::refuse(const Problem& problem) {
  set_problem(response_, problem);
  if (problem.kind == ProblemKind::kMethodNotAllowed) {
    response_.extra_headers = "Allow: " + allow_ + "\r\n";
  }
  // A request without a body that was understood as HTTP ends where its head does.
  const bool ends_here = phase_ == Phase::kHead && parser_.state() == RequestParser::State::kHead &&
                         !request_.head.chunked && request_.head.content_length.value_or(0) == 0;
  response_.close = !ends_here;
  respond();
}

// ---- writing ----

void Connection::write() {
  if (writing_ || out_.empty() || phase_ == Phase::kClosed) return;
  writing_ = true;
  std::swap(out_, writing_bytes_);
  out_.clear();
  write_deadline_ = thread_.now + shared_.options.write_timeout;
  asio::async_write(socket_, asio::buffer(writing_bytes_),
                    [self = shared_from_this()](const error_code& ec, std::size_t) {
                      self->writing_ = false;
                      if (self->phase_ == Phase::kClosed) return;
                      if (ec) return self->close();
                      self->on_written();
                    });
}

void Connection::on_written() {
  if (!out_.empty()) return write();
  if (writing_bytes_.capacity() > 2 * kOutBytesMax) writing_bytes_ = std::string();
  switch (phase_) {
    case Phase::kClosing: return linger();
    case Phase::kStreaming: return pump_stream();
    case Phase::kHead:
    case Phase::kBody: return process();
    case Phase::kWorking:
    case Phase::kLingering:
    case Phase::kClosed: return;
  }
}

// Closing a socket with unread bytes resets the connection, and the peer may lose our
// response: say that we are done, and read on for a while (RFC 9112 section 9.6).
void Connection::linger() {
  phase_ = Phase::kLingering;
  deadline_ = thread_.now + kLingerTime;
  error_code ec;
  socket_.shutdown(Socket::shutdown_send, ec);
  if (ec) return close();
  in_begin_ = in_end_ = 0;
  read();
}

}  // namespace credence
