// Loads an HTTP server over keep-alive connections and measures it:
//
//   api_load --port P [--connections 16] [--pipeline 1] [--subjects 100] [--seconds 5]
//            [--known N] [--texts BYTES] [--rate CALLS] [--get TARGET]
//
// Posts trust queries of --subjects digests drawn from the texts "0" … "N-1" (--known; 0:
// random digests, which no server knows), of --texts bytes of text each that no server
// has seen, nor sees in another run, or gets TARGET. With --rate, so many calls a second are begun
// however long the answers take, and latency counts from when a call was due. One thread, epoll;
// each connection has --pipeline requests under way. Prints requests and subjects a second, the
// latency's quantiles and the mean size of an answer with its header.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "provenance/crypto/sha256.h"
#include "tests/bench/bench_digests.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 16;
  std::size_t pipeline = 1;
  std::size_t subjects = 100;
  double seconds = 5;
  std::uint64_t known = 1'000'000;
  std::size_t texts = 0;
  double rate = 0;
  std::string get;
};

struct Peer {
  int descriptor = -1;
  std::string in;
  std::deque<Clock::time_point> sent;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--port") options.port = static_cast<std::uint16_t>(std::atoi(value));
    if (name == "--connections") options.connections = std::strtoul(value, nullptr, 10);
    if (name == "--pipeline") options.pipeline = std::strtoul(value, nullptr, 10);
    if (name == "--subjects") options.subjects = std::strtoul(value, nullptr, 10);
    if (name == "--seconds") options.seconds = std::atof(value);
    if (name == "--known") options.known = std::strtoull(value, nullptr, 10);
    if (name == "--texts") options.texts = std::strtoul(value, nullptr, 10);
    if (name == "--rate") options.rate = std::atof(value);
    if (name == "--get") options.get = value;
  }
  return options;
}

// Plain prose that no other number gives.
std::string text_of(std::uint64_t number, std::size_t size) {
  constexpr std::string_view kProse =
      "The canteen opens at half past eleven, and the queue is shortest before noon. Travel "
      "costs are paid back within a month when the form is complete and signed by the office. "
      "Meeting rooms on the second floor can be booked for a day at most; larger groups may "
      "ask at the front desk for the hall. ";
  std::string text = "Note " + std::to_string(number) + ". ";
  while (text.size() < size) text += kProse;
  text.resize(size);
  return text;
}

std::string trust_request(const Options& options, std::mt19937_64& random) {
  std::string body = "{\"subjects\":[";
  for (std::size_t i = 0; i < options.subjects; ++i) {
    if (i > 0) body += ',';
    if (options.texts > 0) {
      body += "{\"text\":\"" + text_of(random(), options.texts) + "\"}";
      continue;
    }
    const std::uint64_t number = options.known == 0 ? random() : random() % options.known;
    body += "{\"digest\":\"" + credence::bench_digest(number).hex() + "\"}";
  }
  body += "]}";
  return "POST /v1/trust HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Gives the requests. Those of digests are made beforehand, so that making them does not
// slow the client down; those of texts are made anew each time.
class Requests {
 public:
  explicit Requests(const Options& options) : options_(options) {
    if (options.texts > 0) random_.seed(std::random_device{}());
    if (!options.get.empty()) {
      made_.push_back("GET " + options.get + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      return;
    }
    const int count = options.texts > 0 ? 1 : 2'000;
    for (int i = 0; i < count; ++i) made_.push_back(trust_request(options, random_));
  }

  const std::string& next() {
    if (options_.texts > 0) made_.front() = trust_request(options_, random_);
    return made_[next_++ % made_.size()];
  }

 private:
  const Options& options_;
  std::mt19937_64 random_{1};
  std::vector<std::string> made_;
  std::size_t next_ = 0;
};

int connect_to(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    fail("connect");
  }
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

void send_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) fail("send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

// Size of the response at the front of `in`, 0 while it is not whole.
std::size_t whole_response(std::string_view in) {
  const std::size_t end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return 0;
  const std::size_t at = in.substr(0, end).find("Content-Length: ");
  if (at == std::string_view::npos) return end + 4;
  const std::size_t size = end + 4 + std::strtoul(in.data() + at + 16, nullptr, 10);
  return in.size() >= size ? size : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  Requests requests(options);
  const int poll = epoll_create1(0);
  std::vector<Peer> peers(options.connections);
  const auto send_one = [&](Peer& peer, Clock::time_point due) {
    const std::string& request = requests.next();
    peer.sent.push_back(options.rate > 0 ? due : Clock::now());
    send_all(peer.descriptor, request);
  };
  for (Peer& peer : peers) {
    peer.descriptor = connect_to(options.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &peer;
    epoll_ctl(poll, EPOLL_CTL_ADD, peer.descriptor, &event);
    for (std::size_t i = 0; options.rate <= 0 && i < options.pipeline; ++i) send_one(peer, {});
  }
  std::vector<float> latencies_us;
  latencies_us.reserve(1 << 22);
  std::vector<char> bytes(1 << 20);
  std::uint64_t failures = 0;
  std::uint64_t received = 0;
  const auto begin = Clock::now();
  const auto end = begin + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(options.seconds));
  std::size_t turn = 0;
  auto due = begin;
  const auto between = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(options.rate > 0 ? 1 / options.rate : 0));
  while (Clock::now() < end) {
    for (; options.rate > 0 && due <= Clock::now(); due += between) {
      send_one(peers[turn++ % peers.size()], due);
    }
    epoll_event events[64];
    const int count = epoll_wait(poll, events, 64, options.rate > 0 ? 0 : 100);
    for (int i = 0; i < count; ++i) {
      Peer& peer = *static_cast<Peer*>(events[i].data.ptr);
      const ssize_t size = recv(peer.descriptor, bytes.data(), bytes.size(), 0);
      if (size <= 0) fail("recv");
      peer.in.append(bytes.data(), static_cast<std::size_t>(size));
      std::size_t at = 0;
      while (const std::size_t whole = whole_response(std::string_view(peer.in).substr(at))) {
        if (peer.in.compare(at, 12, "HTTP/1.1 200") != 0) ++failures;
        at += whole;
        received += whole;
        const std::chrono::duration<float, std::micro> took = Clock::now() - peer.sent.front();
        peer.sent.pop_front();
        latencies_us.push_back(took.count());
        if (options.rate <= 0) send_one(peer, {});
      }
      peer.in.erase(0, at);
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (latencies_us.empty()) {
    std::fprintf(stderr, "no responses\n");
    return 1;
  }
  std::sort(latencies_us.begin(), latencies_us.end());
  const auto quantile = [&](double part) {
    return static_cast<double>(latencies_us[static_cast<std::size_t>(
        part * static_cast<double>(latencies_us.size() - 1))]);
  };
  const double rate = static_cast<double>(latencies_us.size()) / seconds;
  const double subjects = options.get.empty() ? static_cast<double>(options.subjects) : 0.0;
  std::printf(
      "%.0f req/s  %.2f M subjects/s  p50 %.0f us  p99 %.0f us  failures %llu  answer %llu B\n",
      rate, rate * subjects / 1e6, quantile(0.5), quantile(0.99),
      static_cast<unsigned long long>(failures),
      static_cast<unsigned long long>(received / latencies_us.size()));
  return failures == 0 ? 0 : 1;
}
