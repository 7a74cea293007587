// A connection that has become an event stream.
#include <charconv>
#include <string>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

#include "daemon/api/connection.h"
#include "daemon/api/query_string.h"

namespace credence {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kStreamBytesMax = 128 * 1024;  // of events in one write

}  // namespace

void Connection::start_stream() {
  const auto params = parse_query(request_.head.query());
  std::string since = request_.head.last_event_id;
  bool understood = params.has_value();
  for (const auto& [name, value] : params.value_or(QueryParams())) {
    understood = understood && name == "since";
    if (since.empty()) since = value;
  }
  std::uint64_t after = shared_.services.events.newest();
  if (!since.empty()) {
    const auto [end, error] = std::from_chars(since.data(), since.data() + since.size(), after);
    understood = understood && error == std::errc() && end == since.data() + since.size();
  }
  if (!understood) {
    set_problem(response_, {ProblemKind::kBadRequest,
                            "Last-Event-ID or \"since\" must be the id of an event"});
    return respond();
  }
  out_.append("HTTP/1.1 200 OK\r\nDate: ").append(thread_.date);
  out_.append("\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n");
  out_.append("Connection: close\r\n\r\n");
  shared_.services.metrics.add(MetricId::kHttp2xx);
  close_after_ = true;
  if (request_.head.method == Method::kHead) {
    phase_ = Phase::kClosing;
    return;
  }
  phase_ = Phase::kStreaming;
  stream_last_ = after;
  stream_quiet_since_ = thread_.now;
  const EventBus::Page page = shared_.services.events.read(after, 0, out_);
  if (page.gap) {
    out_.append("event: gap\ndata: {\"oldest\":" + std::to_string(page.last + 1) + "}\n\n");
    stream_last_ = page.last;
  }
  woken_ = std::make_shared<std::atomic<bool>>(false);
  subscription_ = shared_.services.events.subscribe(
      [&context = thread_.context, weak = weak_from_this(), woken = woken_] {
        if (woken->exchange(true)) return;  // one is on its way already
        asio::post(context, [weak, woken] {
          woken->store(false);
          if (const auto self = weak.lock()) self->pump_stream();
        });
      });
  out_.append(": ready\n\n");
  watch_for_end();
}

void Connection::pump_stream() {
  if (phase_ != Phase::kStreaming || writing_) return;
  const EventBus::Page page = shared_.services.events.read(stream_last_, kStreamBytesMax, out_);
  if (page.gap) {
    shared_.services.metrics.add(MetricId::kEventsDropped);
    return close();
  }
  stream_last_ = page.last;
  stream_quiet_since_ = thread_.now;
  write();
}

// What the peer sends on an event stream means nothing; that it hangs up does.
void Connection::watch_for_end() {
  socket_.async_read_some(asio::buffer(in_.get(), kInBytes),
                          [self = shared_from_this()](const error_code& ec, std::size_t) {
                            if (self->phase_ == Phase::kClosed) return;
                            if (ec) return self->close();
                            self->watch_for_end();
                          });
}

}  // namespace credence
