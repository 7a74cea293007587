#include "tests/daemon/api/api_fixture.h"

// What arrives from people who do not mean well, and its benign twins; and the life of a
// connection: order, time-outs, streams, the end.
namespace credence {
namespace {

TEST_CASE("malformed and ambiguous HTTP is refused") {
  Api api;
  const std::string host = "Host: localhost\r\n";
  const std::string get = "GET /healthz HTTP/1.1\r\n" + host;
  const std::string post = "POST /v1/scan?store=false HTTP/1.1\r\n" + host;
  struct Case {
    const char* name;
    std::string request;
    int status;
    bool stays_open = false;
  };
  const Case cases[] = {
      {"benign", get + "\r\n", 200, true},
      {"benign 1.0", "GET /healthz HTTP/1.0\r\n\r\n", 200},
      {"benign 1.0 kept alive", "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200,
       true},
      {"benign close", get + "Connection: close\r\n\r\n", 200},
      {"benign chunked", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, true},
      {"benign length", post + "Content-Length: 1\r\n\r\nx", 200, true},
      {"not HTTP", "hello\r\n\r\n", 400},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + "\r\n\r\n", 400},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"HTTP/1.2", "GET /healthz HTTP/1.2\r\n" + host + "\r\n", 505},
      {"no version", "GET /healthz\r\n\r\n", 400},
      {"no Host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", get + host + "\r\n", 400},
      {"length and chunked",
       post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"chunked and length",
       post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {"chunked in 1.0", "POST /v1/scan HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       400},
      {"two codings", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"coding with a tab", post + "Transfer-Encoding:\tchunked\x0b\r\n\r\n0\r\n\r\n", 400},
      {"unknown coding", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"coding twice",
       post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"coding twice, hidden",
       post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", 400},
      {"two lengths", post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400},
      {"one length twice", post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
      {"list of lengths", post + "Content-Length: 1, 1\r\n\r\nx", 400},
      {"negative length", post + "Content-Length: -1\r\n\r\n", 400},
      {"signed length", post + "Content-Length: +1\r\n\r\nx", 400},
      {"hexadecimal length", post + "Content-Length: 0x1\r\n\r\nx", 400},
      {"length beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\nx", 400},
      {"huge length", post + "Content-Length: 18446744073709551615\r\n\r\nx", 413},
      {"no length", post + "\r\n", 411, true},
      {"blank before the colon", get + "X-A : 1\r\n\r\n", 400},
      {"bare newlines", "GET /healthz HTTP/1.1\nHost: localhost\n\n", 505},
      {"NUL in a header", get + std::string("X-A: a\0b\r\n\r\n", 12), 400},
      {"control character in the target", "GET /heal\x01thz HTTP/1.1\r\n" + host + "\r\n", 400},
      {"chunk size no number", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"chunk size beyond 64 bits",
       post + "Transfer-Encoding: chunked\r\n\r\n11111111111111111\r\nx", 400},
      {"chunk longer than it says", post + "Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n",
       400},
      {"huge chunk", post + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx", 413},
      {"endless chunk extension",
       post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(70'000, 'e'), 400},
      {"header at the limit", get + "X-A: " + std::string(15'000, 'a') + "\r\n\r\n", 200, true},
      {"header beyond the limit", get + "X-A: " + std::string(17'000, 'a') + "\r\n\r\n", 431},
      {"many headers",
       get +
           [] {
             std::string many;
             for (int i = 0; i < 4'000; ++i) many += "A: b\r\n";
             return many;
           }() +
           "\r\n",
       431},
      {"endless target", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n", 414},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    HttpClient client(api.server->tcp_port());
    client.send(c.request);
    const HttpAnswer answer = client.receive();
    CHECK(answer.status == c.status);
    CAPTURE(answer.body);
    if (c.status >= 400) CHECK(answer.headers.at("content-type") == "application/problem+json");
    if (c.stays_open) {
      CHECK(client.get("/healthz").status == 200);
    } else {
      client.finish_sending();
      CHECK(client.is_closed());
    }
  }
}

// A request that arrives a byte at a time is read as one that arrives at once.
TEST_CASE("requests may be cut anywhere") {
  Api api;
  const std::string requests =
      "POST /v1/scan?store=false HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n"
      "POST /v1/trust HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 29\r\n\r\n{\"subjects\":[{\"text\":\"abcd\"}]}";
  const std::string body = R"({"subjects":[{"text":"abcd"}]})";
  std::string fixed = requests;
  fixed.replace(fixed.find("Content-Length: 29"), 18,
                "Content-Length: " + std::to_string(body.size()));
  HttpClient client(api.server->tcp_port());
  for (const char byte : fixed) client.send({&byte, 1});
  const HttpAnswer first = client.receive();
  CHECK(first.status == 200);
  CHECK(first.body.find(sha256("abcde").uri()) != std::string::npos);
  CHECK(client.receive().status == 200);
}

TEST_CASE("pipelined requests are answered in order") {
  Api api;
  HttpClient client(api.server->tcp_port());
  std::string batch;
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    const std::string body = "{\"subjects\":[{\"text\":\"" + std::to_string(i) + "\"}]}";
    batch += "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    batch +=
        "POST /v1/trust HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body;
    batch += "GET /v1/verdicts/" + sha256(std::to_string(i)).hex() +
             " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
  client.send(batch);
  for (int i = 0; i < kRounds; ++i) {
    CAPTURE(i);
    CHECK(client.receive().body == R"({"status":"alive"})");
    CHECK(client.receive().body.starts_with("{\"results\":["));
    const HttpAnswer stored = client.receive();
    CHECK(stored.status == 200);
    CHECK(stored.body.find(sha256(std::to_string(i)).uri()) != std::string::npos);
  }
}

TEST_CASE("Expect: 100-continue") {
  Api api;
  HttpClient client(api.server->tcp_port());
  client.send(
      "POST /v1/scan?store=false HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n"
      "Expect: 100-continue\r\n\r\n");
  CHECK(client.receive(false, true).status == 100);
  client.send("abc");
  CHECK(client.receive().status == 200);
  // What is refused by its head is not asked for.
  client.send(
      "POST /v1/scan?store=false HTTP/1.1\r\nHost: localhost\r\n"
      "Content-Length: 9999999999\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.receive(false, true).status == 413);
}

TEST_CASE("slow peers are told, or cut off") {
  ApiOptions options;
  options.head_timeout = std::chrono::milliseconds(100);
  options.body_timeout = std::chrono::milliseconds(100);
  options.idle_timeout = std::chrono::milliseconds(150);
  Api api(std::move(options));
  struct Case {
    const char* name;
    const char* sent;
    int status;  // 0: closed without a word
  };
  const Case cases[] = {
      {"nothing at all", "", 0},
      {"half a head", "GET /healthz HTTP/1.1\r\nHos", 408},
      {"half a body", "POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
       408},
      {"half a chunk",
       "POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
       408},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    HttpClient client(api.server->tcp_port());
    client.send(c.sent);
    CHECK(client.receive().status == c.status);
  }
  {
    HttpClient trickle(api.server->tcp_port());
    for (int i = 0; i < 60; ++i) {
      trickle.send("G");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(trickle.receive().status == 408);
  }
  HttpClient idle(api.server->tcp_port());
  CHECK(idle.get("/healthz").status == 200);
  CHECK(idle.is_closed());
  CHECK(api.metrics.value(MetricId::kHttpTimeouts) >= 5);
}

TEST_CASE("connections beyond the limit are closed at once") {
  ApiOptions options;
  options.connections_max = 2;
  Api api(std::move(options));
  HttpClient first(api.server->tcp_port());
  CHECK(first.get("/healthz").status == 200);
  {
    HttpClient second(api.server->tcp_port());
    CHECK(second.get("/healthz").status == 200);
    HttpClient third(api.server->tcp_port());
    CHECK(third.get("/healthz").status == 0);
  }
  bool served = false;
  for (int i = 0; i < 100 && !served; ++i) {
    HttpClient again(api.server->tcp_port());
    served = again.get("/healthz").status == 200;
  }
  CHECK(served);
}

TEST_CASE("large bodies together stay within their limit") {
  ApiOptions options;
  options.bodies_bytes_max = 1'000'000;
  Api api(std::move(options));
  const std::string big(2'000'000, 'x');
  HttpClient client(api.server->tcp_port());
  CHECK(client.post("/v1/scan?store=false", big, "").status == 503);
  HttpClient other(api.server->tcp_port());
  CHECK(other.post("/v1/scan?store=false", big.substr(0, 400'000), "").status == 200);
  CHECK(api.metrics.value(MetricId::kHttpBodyBytes) == 0);
}

TEST_CASE("events are followed, resumed, and lost with a word") {
  ApiOptions options;
  options.heartbeat = std::chrono::milliseconds(100);
  options.handlers.queue_max = 64;
  Api api(std::move(options));
  HttpClient follower(api.server->tcp_port());
  follower.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string head = follower.receive_until(": ready\n\n");
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(head.find("Content-Type: text/event-stream\r\n") != std::string::npos);

  HttpClient client(api.server->tcp_port());
  CHECK(client.post("/v1/scan", "POISON", "").status == 200);
  const std::string event = follower.receive_until("\n\n");
  CHECK(event.starts_with("id: 100\nevent: verdict\ndata: {\"digest\":\"" + sha256("POISON").uri() +
                          "\""));
  CHECK(follower.receive_until(": alive\n\n").find("event") == std::string::npos);

  api.events.publish("verdict", "{\"n\":101}");
  HttpClient resumed(api.server->tcp_port());
  resumed.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: 100\r\n\r\n");
  const std::string rest = resumed.receive_until("{\"n\":101}\n\n");
  CHECK(rest.find("id: 101\n") != std::string::npos);
  CHECK(rest.find("event: gap") == std::string::npos);

  for (int i = 102; i < 120; ++i)
    api.events.publish("verdict", "{\"n\":" + std::to_string(i) + "}");
  HttpClient late(api.server->tcp_port());
  late.send("GET /v1/events?since=100 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string caught_up = late.receive_until("{\"n\":119}\n\n");
  CHECK(caught_up.find("event: gap\ndata: {\"oldest\":112}\n\n") != std::string::npos);
  CHECK(caught_up.find("id: 112\n") != std::string::npos);
  CHECK(caught_up.find("id: 111\n") == std::string::npos);
}

TEST_CASE("stopping lets requests under way finish") {
  Api api;
  HttpClient idle(api.server->tcp_port());
  CHECK(idle.get("/healthz").status == 200);
  HttpClient busy(api.server->tcp_port());
  busy.send(
      "POST /v1/scan?store=false HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nSLOW");
  HttpClient follower(api.server->tcp_port());
  follower.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
  follower.receive_until(": ready\n\n");
  while (api.scans.count == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  api.server->stop(std::chrono::milliseconds(5'000));
  const HttpAnswer answer = busy.receive();
  CHECK(answer.status == 200);
  CHECK(answer.headers.at("connection") == "close");
  CHECK(idle.is_closed());
  CHECK(follower.is_closed());
  HttpClient late(api.server->tcp_port());
  CHECK(!late.connected());
}

TEST_CASE("many clients on several threads") {
  ApiOptions options;
  options.io_threads = 3;
  Api api(std::move(options));
  const Digest good = api.keep("good text");
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        HttpClient client(api.server->tcp_port());
        for (int i = 0; i < 50; ++i) {
          const std::string body = "{\"subjects\":[{\"digest\":\"" + good.hex() +
                                   "\"},{\"text\":\"" + std::to_string(t * 1000 + i) + "\"}]}";
          const HttpAnswer answer = client.post("/v1/trust", body);
          if (answer.status != 200 || answer.body.find("\"scan\"") == std::string::npos) ++wrong;
        }
      });
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace credence
