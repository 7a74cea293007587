#include <filesystem>
#include <set>

#include <unistd.h>

#include "tests/daemon/api/api_fixture.h"

// Every route as its callers use it. Each answer is checked against the served
// OpenAPI document.
namespace credence {
namespace {

std::string by_digest(const Digest& digest) { return "{\"digest\":\"" + digest.hex() + "\"}"; }
std::string subjects(const std::string& list, const std::string& rest = {}) {
  return "{\"subjects\":[" + list + "]" + rest + "}";
}
bool has(const HttpAnswer& answer, std::string_view text) {
  return answer.body.find(text) != std::string::npos;
}

constexpr const char* kPlain =
    "{\"disposition\":\"allow\",\"verdict\":\"nothing_found\",\"score\":0,"
    "\"reasons\":[],\"stale\":false,\"matched_by\":\"";

TEST_CASE("trust answers by each identity, in order") {
  Api api;
  const Digest good = api.keep("good text", "file:///kb/good.md", "kb/1");
  const Digest bad = api.keep("POISON text", "file:///kb/bad.md", "kb/2");
  const Digest none = sha256("never seen");
  const std::string denied =
      "{\"disposition\":\"deny\",\"verdict\":\"undetermined\",\"score\":0,"
      "\"reasons\":[],\"stale\":false,\"matched_by\":\"none\"}";
  const std::string malicious =
      "{\"disposition\":\"deny\",\"verdict\":\"malicious\",\"score\":0.9,"
      "\"reasons\":[\"CRD-INJ-001\"],\"stale\":false,\"matched_by\":\"";
  struct Case {
    const char* name;
    std::string body;
    std::string results;
    int scans = 0;
  };
  const std::string allowed_unknown =
      "{\"disposition\":\"allow\",\"verdict\":\"undetermined\",\"score\":0,\"reasons\":[],"
      "\"stale\":false,\"matched_by\":\"none\"}";
  const Case cases[] = {
      {"digests in order", subjects(by_digest(bad) + "," + by_digest(none) + "," + by_digest(good)),
       malicious + "digest\"}," + denied + "," + kPlain + "digest\"}"},
      {"uri", subjects(R"({"uri":"file:///kb/good.md"},{"uri":"file:///kb/other.md"})"),
       std::string(kPlain) + "uri\"}," + denied},
      {"id", subjects(R"({"id":"kb/2"},{"id":"kb/3"})"), malicious + "id\"}," + denied},
      {"known text", subjects(R"({"text":"good text"})"), std::string(kPlain) + "text\"}"},
      {"unknown text is scanned", subjects(R"({"text":"new text"},{"text":"new POISON"})"),
       std::string(kPlain) + "scan\"}," + malicious + "scan\"}", 2},
      {"scanned text is remembered", subjects(R"({"text":"new text"})"),
       std::string(kPlain) + "text\"}"},
      {"strictest of several", subjects(R"({"uri":"file:///kb/good.md","id":"kb/2"})"),
       malicious + "id\"}"},
      {"a good uri does not vouch for a text",
       subjects(R"({"uri":"file:///kb/good.md","text":"other POISON"})"), malicious + "scan\"}", 1},
      {"a bad uri condemns a text", subjects(R"({"uri":"file:///kb/bad.md","text":"good text"})"),
       malicious + "uri\"}"},
      {"on_miss allow", subjects(by_digest(none), ",\"on_miss\":\"allow\""), allowed_unknown},
      {"on_miss allow does not soften", subjects(by_digest(bad), ",\"on_miss\":\"allow\""),
       malicious + "digest\"}"},
      {"on_miss deny for text", subjects(R"({"text":"third"})", ",\"on_miss\":\"deny\""), denied},
      {"on_miss scan without text", subjects(by_digest(none), ",\"on_miss\":\"scan\""), denied},
      {"on_miss pending", subjects(by_digest(none), ",\"on_miss\":\"pending\""),
       denied.substr(0, denied.size() - 1) + ",\"pending\":true}"},
  };
  HttpClient client(api.server->tcp_port());
  static const OpenApiChecker checker{std::string(openapi_document())};
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const int before = api.scans.count;
    CHECK(checker.check_request("POST", "/v1/trust", c.body).empty());
    const HttpAnswer answer = client.post("/v1/trust", c.body);
    CHECK(answer.status == 200);
    CHECK(answer.body ==
          "{\"results\":[" + c.results + "],\"engine\":\"" + sha256("engine one").uri() + "\"}");
    CHECK(api.scans.count - before == c.scans);
    check_promised("POST", "/v1/trust", answer);
  }
}

TEST_CASE("ten thousand subjects are answered, one more is refused") {
  Api api;
  const Digest good = api.keep("good text");
  std::string list = by_digest(good);
  for (int i = 1; i < 10'000; ++i) list += "," + by_digest(i % 2 == 0 ? good : sha256("none"));
  HttpClient client(api.server->tcp_port());
  const HttpAnswer answer = client.post("/v1/trust", subjects(list));
  CHECK(answer.status == 200);
  check_promised("POST", "/v1/trust", answer);
  const HttpAnswer more = client.post("/v1/trust", subjects(list + "," + by_digest(good)));
  CHECK(more.status == 400);
  CHECK(has(more, "more than 10000"));
  check_promised("POST", "/v1/trust", more);
}

TEST_CASE("an older engine's verdict is stale and asked for anew") {
  Api api;
  const Digest good = api.keep("good text");
  api.table.set_engine(sha256("engine two"));
  HttpClient client(api.server->tcp_port());
  const HttpAnswer answer = client.post("/v1/trust", subjects(by_digest(good)));
  CHECK(has(answer, "\"stale\":true"));
  {
    const std::lock_guard lock(api.rescans_mutex);
    CHECK(api.rescans == std::vector<Digest>{good});
  }
  check_promised("POST", "/v1/trust", answer);
}

TEST_CASE("texts that take longer than the deadline are pending, then known") {
  ApiOptions options;
  options.handlers.trust.inline_scan_bytes_max = 4;
  Api api(std::move(options));
  HttpClient client(api.server->tcp_port());
  const std::string slow =
      subjects(R"({"text":"quick one"},{"text":"SLOW POISON"})", ",\"deadline_ms\":50");
  const HttpAnswer answer = client.post("/v1/trust", slow);
  CHECK(answer.status == 200);
  CHECK(has(answer, std::string(kPlain) + "scan\"},{\"disposition\":\"deny\""));
  CHECK(has(answer, "\"pending\":true"));
  check_promised("POST", "/v1/trust", answer);
  // The next request on the same connection is not answered by the late scan.
  CHECK(client.get("/healthz").status == 200);
  for (int i = 0; i < 200 && api.commits.kept < 2; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const HttpAnswer later = client.post("/v1/trust", slow);
  CHECK(has(later, "\"matched_by\":\"text\""));
  CHECK(has(later, "\"verdict\":\"malicious\""));
  CHECK(!has(later, "pending"));

  const HttpAnswer patient =
      client.post("/v1/trust", subjects(R"({"text":"another SLOW one"})", ",\"deadline_ms\":5000"));
  CHECK(has(patient, std::string(kPlain) + "scan\"}"));
}

TEST_CASE("a full commit queue loses the memory, not the answer") {
  Api api;
  api.commits.refuse = true;
  HttpClient client(api.server->tcp_port());
  const std::string body = subjects(R"({"text":"x"})");
  CHECK(has(client.post("/v1/trust", body), "\"matched_by\":\"scan\""));
  CHECK(has(client.post("/v1/trust", body), "\"matched_by\":\"scan\""));
  CHECK(api.metrics.value(MetricId::kTrustUncached) == 2);
}

TEST_CASE("an upload is scanned, kept and found again") {
  Api api;
  HttpClient client(api.server->tcp_port());
  const char* raw = "Content-Type: application/octet-stream\r\n";
  const HttpAnswer scanned = client.post(
      "/v1/scan?name=a.txt&uri=s3%3A%2F%2Fkb%2Fa.txt&collection=kb&id=7", "some POISON", raw);
  CHECK(scanned.status == 200);
  CHECK(has(scanned, "\"uri\":\"s3://kb/a.txt\""));
  CHECK(has(scanned, "\"verdict\":\"malicious\""));
  check_promised("POST", "/v1/scan", scanned);

  const std::string path = "/v1/verdicts/" + sha256("some POISON").hex();
  const HttpAnswer stored = client.get(path);
  CHECK(stored.status == 200);
  CHECK(has(stored, "\"subject\":\"artifact\""));
  check_promised("GET", path, stored);
  CHECK(has(client.post("/v1/trust", subjects(R"({"uri":"s3://kb/a.txt"},{"id":"kb/7"})")),
            "\"matched_by\":\"id\""));

  const HttpAnswer forgotten = client.post("/v1/scan?store=false", "not kept", raw);
  CHECK(forgotten.status == 200);
  check_promised("POST", "/v1/scan", forgotten);
  const std::string absent = "/v1/verdicts/" + sha256("not kept").hex();
  const HttpAnswer missing = client.get(absent);
  CHECK(missing.status == 404);
  check_promised("GET", absent, missing);

  const HttpAnswer empty = client.post("/v1/scan", "", raw);
  CHECK(empty.status == 200);
  const HttpAnswer chunked = [&] {
    client.send(
        "POST /v1/scan HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;x=y\r\nPOIS\x4f\r\n1\r\nN\r\n0\r\nX-Trailer: 1\r\n\r\n");
    return client.receive();
  }();
  CHECK(chunked.status == 200);
  CHECK(has(chunked, sha256("POISON").uri()));
}

TEST_CASE("a large upload arrives whole") {
  Api api;
  HttpClient client(api.server->tcp_port());
  std::string big(3'000'000, 'x');
  for (std::size_t i = 0; i < big.size(); i += 997) big[i] = static_cast<char>('a' + i % 26);
  const HttpAnswer answer = client.post("/v1/scan?store=false", big, "");
  CHECK(answer.status == 200);
  CHECK(has(answer, sha256(big).uri()));
  CHECK(client.get("/healthz").status == 200);
  CHECK(api.metrics.value(MetricId::kHttpBodyBytes) == 0);
}

TEST_CASE("requests that a route refuses") {
  ApiOptions options;
  options.trust_body_bytes_max = 1'000;
  options.scan_body_bytes_max = 2'000;
  Api api(std::move(options));
  const std::string hex = sha256("x").hex();
  struct Case {
    const char* name;
    const char* method;
    std::string target;
    std::string headers;
    std::string body;
    int status;
    const char* detail;
  };
  const std::string json = "Content-Type: application/json\r\n";
  const Case cases[] = {
      {"unknown path", "GET", "/v2/trust", "", "", 404, "openapi"},
      {"wrong method", "GET", "/v1/trust", "", "", 405, "POST"},
      {"bad JSON", "POST", "/v1/trust", json, "{", 400, "not valid JSON"},
      {"unknown key", "POST", "/v1/trust", json, R"({"subjects":[{"id":"a"}],"x":1})", 400,
       "unknown key \\\"x\\\""},
      {"another type", "POST", "/v1/trust", "Content-Type: text/plain\r\n", "{}", 415,
       "application/json"},
      {"no type", "POST", "/v1/trust", "", "{}", 415, "application/json"},
      {"body at the limit", "POST", "/v1/trust", json, std::string(1'000, ' '), 400, "JSON"},
      {"body beyond the limit", "POST", "/v1/trust", json, std::string(1'001, ' '), 413,
       "1000 bytes"},
      {"upload beyond the limit", "POST", "/v1/scan", "", std::string(2'001, 'x'), 413,
       "2000 bytes"},
      {"body where none is taken", "GET", "/healthz", "", "x", 413, "0 bytes"},
      {"bad digest", "GET", "/v1/verdicts/xyz", "", "", 400, "SHA-256"},
      {"unknown query parameter", "POST", "/v1/scan?uril=x", "", "x", 400, "uril"},
      {"query parameter twice", "POST", "/v1/scan?uri=x&uri=y", "", "x", 400, "twice"},
      {"query not UTF-8", "POST", "/v1/scan?uri=%FF", "", "x", 400, "UTF-8"},
      {"id without collection", "POST", "/v1/scan?id=x", "", "x", 400, "together"},
      {"slash in the collection", "POST", "/v1/scan?collection=a/b&id=x", "", "x", 400, "slash"},
      {"store neither true nor false", "POST", "/v1/scan?store=maybe", "", "x", 400, "store"},
      {"sync time no number", "POST", "/v1/sync?timeout_ms=soon", "", "", 400, "whole number"},
      {"sync time too long", "POST", "/v1/sync?timeout_ms=600001", "", "", 400, "whole number"},
      {"sync out of time", "POST", "/v1/sync?timeout_ms=1", "", "", 504, "time"},
      {"override of nothing", "POST", "/v1/verdicts/" + hex + "/override", json,
       R"({"disposition":"allow","reason":"r"})", 404, ""},
      {"override, unknown key", "POST", "/v1/verdicts/" + hex + "/override", json,
       R"({"disposition":"allow","reason":"r","by":"me"})", 400, "by"},
      {"override without a reason", "POST", "/v1/verdicts/" + hex + "/override", json,
       R"({"disposition":"allow"})", 400, "reason"},
      {"override, unknown disposition", "POST", "/v1/verdicts/" + hex + "/override", json,
       R"({"disposition":"clean","reason":"r"})", 400, "disposition"},
      {"release of nothing", "POST", "/v1/quarantine/" + hex + "/release", "", "", 404, ""},
      {"events since nonsense", "GET", "/v1/events?since=x", "", "", 400, "since"},
      {"unknown expectation", "GET", "/healthz", "Expect: miracles\r\n", "", 417, "100-continue"},
      {"a web page asks", "POST", "/v1/trust", json + "Origin: http://evil.example\r\n", "{}", 403,
       "web pages"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    HttpClient client(api.server->tcp_port());
    client.send(std::string(c.method) + " " + c.target + " HTTP/1.1\r\nHost: localhost\r\n" +
                c.headers + "Content-Length: " + std::to_string(c.body.size()) + "\r\n\r\n" +
                c.body);
    const HttpAnswer answer = client.receive();
    CHECK(answer.status == c.status);
    CAPTURE(answer.body);
    CHECK(has(answer, c.detail));
    CHECK(answer.headers.at("content-type") == "application/problem+json");
    if (c.status == 405) CHECK(answer.headers.at("allow") == "POST");
    if (c.status != 404 && c.status != 405) check_promised(c.method, c.target, answer);
  }
}

TEST_CASE("operators override, release, delete and reload") {
  Api api;
  const Digest bad = api.keep("POISON");
  HttpClient client(api.server->tcp_port());
  const std::string path = "/v1/verdicts/" + bad.hex() + "/override";
  const HttpAnswer allowed =
      client.post(path, R"({"disposition":"allow","reason":"quoted in a report"})");
  CHECK(allowed.status == 200);
  CHECK(has(allowed, "\"verdict\":\"trusted\""));
  CHECK(has(allowed, "\"by\":\"local\""));
  check_promised("POST", path, allowed);
  CHECK(has(client.post("/v1/trust", subjects(by_digest(bad))), "\"disposition\":\"allow\""));

  api.quarantine.items = {{sha256("one"), "file:///a", 3, 1}, {sha256("two"), "file:///b", 4, 2}};
  const HttpAnswer list = client.get("/v1/quarantine");
  CHECK(has(list, "file:///b"));
  check_promised("GET", "/v1/quarantine", list);
  for (const auto& [name, action] : {std::pair("one", "release"), std::pair("two", "delete")}) {
    const std::string target = "/v1/quarantine/" + sha256(name).hex() + "/" + action;
    const HttpAnswer done = client.post(target, "", "");
    CHECK(done.status == 200);
    check_promised("POST", target, done);
  }
  CHECK(api.quarantine.items.empty());

  const HttpAnswer reloaded = client.post("/v1/reload", "", "");
  CHECK(reloaded.status == 200);
  check_promised("POST", "/v1/reload", reloaded);
  api.refuse_reload = true;
  const HttpAnswer refused = client.post("/v1/reload", "", "");
  CHECK(refused.status == 400);
  CHECK(has(refused, "rule X does not compile"));
  check_promised("POST", "/v1/reload", refused);
  const HttpAnswer synced = client.post("/v1/sync?timeout_ms=100", "", "");
  CHECK(synced.status == 200);
  check_promised("POST", "/v1/sync", synced);
}

TEST_CASE("the daemon tells about itself") {
  Api api;
  HttpClient client(api.server->tcp_port());
  for (const char* target : {"/healthz", "/readyz", "/v1/status", "/metrics", "/v1/openapi.json"}) {
    CAPTURE(target);
    const HttpAnswer answer = client.get(target);
    CHECK(answer.status == 200);
    CHECK(answer.headers.count("date") == 1);
    check_promised("GET", target, answer);
    client.send(std::string("HEAD ") + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const HttpAnswer head = client.receive(true);
    CHECK(head.status == 200);
    CHECK(head.headers.at("content-length") != "0");
  }
  api.ready = false;
  const HttpAnswer loading = client.get("/readyz");
  CHECK(loading.status == 503);
  CHECK(loading.body == R"({"ready":false,"reasons":["loading"]})");
  check_promised("GET", "/readyz", loading);
  CHECK(client.get("/healthz").status == 200);
  CHECK(has(client.get("/metrics"), "credence_http_responses_total{class=\"5xx\"} 1\n"));
}

TEST_CASE("what the daemon lacks is unavailable") {
  Api api({}, [](ApiServices& services) {
    services.sync = nullptr;
    services.quarantine = nullptr;
    services.reload = nullptr;
  });
  HttpClient client(api.server->tcp_port());
  for (const char* target : {"/v1/sync", "/v1/reload"}) {
    CAPTURE(target);
    const HttpAnswer answer = client.post(target, "", "");
    CHECK(answer.status == 503);
    CHECK(answer.headers.at("retry-after") == "1");
    check_promised("POST", target, answer);
  }
  CHECK(client.get("/v1/quarantine").status == 503);
}

// The document and the routing table name the same operations.
TEST_CASE("the OpenAPI document lists every route") {
  const OpenApiChecker checker{std::string(openapi_document())};
  std::set<std::string> promised;
  for (const std::string& operation : checker.operations()) promised.insert(operation);
  std::set<std::string> served;
  for (const Route& route : routes()) {
    served.insert(std::string(route.method == Method::kGet ? "GET " : "POST ") +
                  std::string(route.prefix) + (route.has_digest ? "{digest}" : "") +
                  std::string(route.suffix));
  }
  CHECK(promised == served);
}

std::string token_line(const char* name, const char* scopes) {
  return std::string(name) + ":" + scopes + ":" + sha256(std::string("secret-") + name).hex() +
         "\n";
}

TEST_CASE("each token reaches what its scopes allow") {
  auto tokens = TokenSet::parse(token_line("rag", "trust") + token_line("ci", "scan") +
                                token_line("ops", "admin"));
  REQUIRE(tokens);
  ApiOptions options;
  options.tokens = *tokens;
  options.tcp_address = "0.0.0.0";
  Api api(std::move(options));
  struct Case {
    const char* method;
    const char* target;
    int rag, ci, ops, none;
  };
  const Case cases[] = {
      {"GET", "/healthz", 200, 200, 200, 200},         {"GET", "/readyz", 200, 200, 200, 200},
      {"GET", "/v1/openapi.json", 200, 200, 200, 200}, {"GET", "/v1/status", 200, 403, 200, 401},
      {"GET", "/metrics", 200, 403, 200, 401},         {"POST", "/v1/scan", 403, 200, 200, 401},
      {"POST", "/v1/sync", 403, 200, 200, 401},        {"POST", "/v1/reload", 403, 403, 200, 401},
      {"GET", "/v1/quarantine", 403, 403, 200, 401},
  };
  for (const Case& c : cases) {
    CAPTURE(c.target);
    const std::pair<const char*, int> callers[] = {
        {"rag", c.rag}, {"ci", c.ci}, {"ops", c.ops}, {"nobody", c.none}};
    for (const auto& [name, status] : callers) {
      CAPTURE(name);
      HttpClient client(api.server->tcp_port());
      client.send(std::string(c.method) + " " + c.target +
                  " HTTP/1.1\r\nHost: kb.example\r\nContent-Length: 0\r\n"
                  "Authorization: Bearer secret-" +
                  name + "\r\n\r\n");
      const HttpAnswer answer = client.receive();
      CHECK(answer.status == status);
      check_promised(c.method, c.target, answer);
      if (status == 401) CHECK(answer.headers.at("www-authenticate").starts_with("Bearer"));
    }
  }
}

TEST_CASE("addresses that are refused") {
  struct Case {
    const char* name;
    const char* address;
    ErrorCode code;
  };
  const Case cases[] = {
      {"any address", "0.0.0.0", ErrorCode::kPermissionDenied},
      {"any address, IPv6", "::", ErrorCode::kPermissionDenied},
      {"a public address", "192.0.2.1", ErrorCode::kPermissionDenied},
      {"a name", "localhost", ErrorCode::kInvalidArgument},
      {"nothing", "", ErrorCode::kInvalidArgument},
  };
  Api api;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    ApiServices services{api.scans,   *api.store, api.table, api.commits, api.events,
                         api.metrics, *api.log,   api.clock, sha256};
    ApiOptions options;
    options.tcp_address = c.address;
    const auto started = ApiServer::start(services, std::move(options));
    CHECK(!started);
    if (!started) CHECK(started.error().code() == c.code);
  }
}

TEST_CASE("a tokenless server serves this host by its own names only") {
  Api api;
  struct Case {
    const char* host;
    int status;
  };
  const Case cases[] = {{"localhost", 200},      {"localhost:80", 200},
                        {"127.0.0.1:1", 200},    {"[::1]:80", 200},
                        {"[::1]", 200},          {"evil.example", 421},
                        {"localhost.evil", 421}, {"127.evil.example", 421},
                        {"127.0.0.1.evil", 421}, {"10.0.0.1", 421}};
  for (const Case& c : cases) {
    CAPTURE(c.host);
    HttpClient client(api.server->tcp_port());
    client.send(std::string("GET /healthz HTTP/1.1\r\nHost: ") + c.host + "\r\n\r\n");
    CHECK(client.receive().status == c.status);
  }
}

TEST_CASE("the Unix socket serves and is cleaned up") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("credence-api-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "api.sock";
  ApiOptions options;
  options.tcp_address = "";
  options.unix_path = path;
  {
    Api api(options);
    CHECK(api.server->tcp_port() == 0);
    HttpClient client(path);
    REQUIRE(client.connected());
    CHECK(client.get("/healthz").status == 200);
    const auto mode = std::filesystem::status(path).permissions();
    CHECK(mode == static_cast<std::filesystem::perms>(0660));
    ApiServices services{api.scans,   *api.store, api.table, api.commits, api.events,
                         api.metrics, *api.log,   api.clock, sha256};
    const auto second = ApiServer::start(services, options);
    CHECK(!second);
    if (!second) CHECK(second.error().code() == ErrorCode::kAlreadyExists);
  }
  CHECK(!std::filesystem::exists(path));
  {
    ApiOptions strict = options;
    strict.unix_uids = {getuid() + 1};
    Api api(std::move(strict));
    HttpClient client(path);
    CHECK(client.get("/healthz").status == 0);
  }
  {
    ApiOptions listed = options;
    listed.tokens = *TokenSet::parse(token_line("rag", "trust"));
    listed.unix_uids = {getuid()};
    Api api(std::move(listed));
    HttpClient client(path);
    CHECK(client.post("/v1/reload", "", "").status == 200);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace credence
