#include "daemon/api/server.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <pthread.h>

#include "daemon/api/connection.h"
#include "daemon/api/listener.h"

namespace credence {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kTickMax{250};
constexpr std::chrono::milliseconds kTickMin{5};
constexpr std::chrono::milliseconds kStopPoll{5};

// Four ticks in the shortest time-out: that is how late one is noticed.
std::chrono::milliseconds tick_of(const ApiOptions& options) {
  const auto shortest = std::min({options.head_timeout, options.body_timeout, options.idle_timeout,
                                  options.write_timeout, options.heartbeat});
  return std::clamp(shortest / 4, kTickMin, kTickMax);
}

}  // namespace

IoThread::IoThread(ServerShared& everything)
    : shared(everything),
      timer(context),
      tick_interval(tick_of(everything.options)),
      trust(everything.services, everything.options.handlers.trust) {
  tick();
}

void IoThread::tick() {
  now = std::chrono::steady_clock::now();
  const std::int64_t unix_s = shared.services.clock.unix_ms() / 1000;
  if (unix_s != date_s || date.empty()) {
    date_s = unix_s;
    date = http_date(unix_s);
  }
  // A tick may close a connection, which takes it out of the table.
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections.size());
  for (const auto& [key, connection] : connections) all.push_back(connection);
  for (const auto& connection : all) connection->tick(now);
}

void IoThread::arm_tick() {
  timer.expires_after(tick_interval);
  timer.async_wait([this](const boost::system::error_code& ec) {
    if (ec) return;
    tick();
    arm_tick();
  });
}

struct ApiServer::State {
  using Guard = asio::executor_work_guard<asio::io_context::executor_type>;

  State(ApiServices services, ApiOptions options)
      : shared(std::move(services), std::move(options)) {}

  IoThread& next_thread() { return *threads[next++ % threads.size()]; }
  static void take(IoThread& thread, Connection::Socket socket, Peer peer);
  void run();
  void each_connection(void (Connection::*act)());
  void stop(std::chrono::milliseconds patience);

  ServerShared shared;
  std::vector<std::unique_ptr<IoThread>> threads;
  std::vector<Guard> guards;           // keep the threads from running out of work
  std::unique_ptr<Listener> listener;  // on the first thread
  std::size_t next = 0;                // used on the first thread only
  std::vector<std::jthread> running;
};

void ApiServer::State::take(IoThread& thread, Connection::Socket socket, Peer peer) {
  asio::post(
      thread.context, [&thread, socket = std::move(socket), peer = std::move(peer)]() mutable {
        auto connection = std::make_shared<Connection>(thread, std::move(socket), std::move(peer));
        thread.shared.services.metrics.change(MetricId::kHttpConnections, 1);
        thread.connections.emplace(connection.get(), connection);
        connection->start();
      });
}

void ApiServer::State::run() {
  for (std::size_t i = 0; i < threads.size(); ++i) {
    IoThread& thread = *threads[i];
    guards.emplace_back(asio::make_work_guard(thread.context));
    thread.arm_tick();
    running.emplace_back([&thread] { thread.context.run(); });
    pthread_setname_np(running.back().native_handle(), ("api-io-" + std::to_string(i)).c_str());
  }
}

void ApiServer::State::each_connection(void (Connection::*act)()) {
  for (const auto& thread : threads) {
    asio::post(thread->context, [&thread = *thread, act] {
      std::vector<std::shared_ptr<Connection>> all;
      for (const auto& [key, connection] : thread.connections) all.push_back(connection);
      for (const auto& connection : all) (*connection.*act)();
    });
  }
}

void ApiServer::State::stop(std::chrono::milliseconds patience) {
  if (shared.stopping.exchange(true)) return;
  asio::post(threads.front()->context, [this] { listener->close(); });
  const auto end = std::chrono::steady_clock::now() + patience;
  each_connection(&Connection::finish);
  while (shared.connections.load() > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kStopPoll);
  }
  each_connection(&Connection::close);
  shared.handlers->stop();
  for (const auto& thread : threads) {
    asio::post(thread->context, [&thread = *thread] { thread.timer.cancel(); });
  }
  guards.clear();
  // What is posted by now is done; a connection accepted late must not hold a thread.
  for (const auto& thread : threads) {
    asio::post(thread->context, [&thread = *thread] { thread.context.stop(); });
  }
  running.clear();
}

ApiServer::ApiServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
ApiServer::~ApiServer() { stop(std::chrono::milliseconds(0)); }

Result<std::unique_ptr<ApiServer>> ApiServer::start(ApiServices services, ApiOptions options) {
  if (options.tcp_address.empty() && options.unix_path.empty()) {
    return Error(ErrorCode::kInvalidArgument, "neither a TCP address nor a Unix socket is given");
  }
  const std::size_t io_threads = std::max<std::size_t>(1, options.io_threads);
  auto state = std::make_unique<State>(std::move(services), std::move(options));
  const ApiOptions& kept = state->shared.options;
  state->shared.handlers = std::make_unique<Handlers>(state->shared.services, kept.handlers);
  for (std::size_t i = 0; i < io_threads; ++i) {
    state->threads.push_back(std::make_unique<IoThread>(state->shared));
  }
  State& made = *state;
  state->listener = std::make_unique<Listener>(
      state->shared, state->threads.front()->context,
      [&made]() -> IoThread& { return made.next_thread(); }, &State::take);
  if (!kept.tcp_address.empty()) {
    auto opened = state->listener->open_tcp(kept.tcp_address, kept.tcp_port);
    if (!opened) return std::move(opened).error();
  }
  if (!kept.unix_path.empty()) {
    auto opened = state->listener->open_unix(kept.unix_path);
    if (!opened) return std::move(opened).error();
  }
  state->listener->accept();
  state->run();
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(state)));
}

std::uint16_t ApiServer::tcp_port() const noexcept { return state_->listener->tcp_port(); }

void ApiServer::stop(std::chrono::milliseconds patience) { state_->stop(patience); }

}  // namespace credence
