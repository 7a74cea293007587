// credenced as its operators meet it: reload, restart, quarantine, tokens, events, metrics.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "provenance/crypto/sha256.h"
#include "tests/support/daemon_process.h"

namespace credence {
namespace {

namespace fs = std::filesystem;

std::string by_uri(const std::string& uri) { return "\"uri\":\"" + uri + "\""; }

std::string stale_of(const DaemonClient& client, const std::string& subject) {
  return json_at(client.trust({subject}, "deny").body, "/results/0/stale");
}

// The processes that `process` and its children started.
std::vector<pid_t> descendants(pid_t process) {
  std::vector<pid_t> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream in(entry.path() / "stat");
    const std::string stat{std::istreambuf_iterator<char>(in), {}};
    const std::size_t after = stat.rfind(") ");
    if (after == std::string::npos || after + 4 > stat.size()) continue;
    const pid_t parent = std::atoi(stat.c_str() + after + 4);
    if (parent != process) continue;
    found.push_back(std::atoi(name.c_str()));
    for (const pid_t below : descendants(found.back())) found.push_back(below);
  }
  return found;
}

// Nearly fifty rules that each match about half of all letters.
std::string slow_rules() {
  std::string rules;
  for (char letter = 'b'; letter <= 'y'; ++letter) {
    for (const std::string& range : {std::string("a-") + letter, letter + std::string("-z")}) {
      const std::string first(1, range.front());
      const std::string last(1, range.back());
      rules += "  - id: slow-" + range + "\n    title: Letters\n    pattern: '[" + range +
               "]'\n    strength: weak\n    severity: low\n    score: 0.1\n    match: ['" + first +
               "', '" + last + "']\n    no_match: ['1', '2']\n";
    }
  }
  return rules;
}

// The port in a log line of `site`, which comes a moment after the daemon answers.
std::uint16_t logged_port(const DaemonSite& site) {
  std::size_t at = std::string::npos;
  REQUIRE(eventually([&] {
    at = site.log().find("port=");
    return at != std::string::npos;
  }));
  return static_cast<std::uint16_t>(std::stoul(site.log().substr(at + 5)));
}

std::size_t audit_count(const DaemonSite& site, const std::string& action,
                        const std::string& detail = {}) {
  const CommandResult audit = run_credence({"db", "audit", "--store", site.at("store")});
  CHECK(audit.exit_code == 0);
  std::size_t count = 0;
  for (std::size_t at = 0; at < audit.output.size();) {
    const std::size_t end = std::min(audit.output.find('\n', at), audit.output.size());
    const std::string line = audit.output.substr(at, end - at);
    at = end + 1;
    if (line.find("\t" + action + "\t") != std::string::npos &&
        line.find(detail) != std::string::npos) {
      ++count;
    }
  }
  return count;
}

void check_sound(const DaemonSite& site) {
  const CommandResult verified = run_credence({"db", "verify", "--store", site.at("store")});
  CHECK_MESSAGE(verified.exit_code == 0, verified.output);
}

}  // namespace

TEST_CASE("a broken rule set is refused on reload, a good one takes effect") {
  DaemonSite site;
  site.write("quince.md", "a quince");
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  const std::string upload = "an upload of a quince";
  REQUIRE(client.post("/v1/scan?uri=u:upload", upload, "text/plain").status == 200);
  const std::string file = by_uri(site.uri("quince.md"));
  CHECK(client.disposition(file) == "allow");
  const std::string engine = json_at(client.get("/v1/status").body, "/engine");

  struct Case {
    std::string name;
    std::string reason;
    std::string yaml;
  };
  const std::string head =
      "family: sample\ncode: CRD-INJ-001\nlanguages: [en]\natlas: AML.T0051\n"
      "owasp: \"LLM01:2025\"\nstride: T\nrules:\n";
  const std::string rule =
      "  - id: broken\n    title: A rule\n    strength: strong\n    severity: high\n    score: "
      "0.9\n";
  const Case broken[] = {
      {"no YAML", "sample.yaml", "rules: ["},
      {"does not compile", "sample.yaml",
       head + rule +
           "    pattern: 'quince('\n    match: ['a', 'b']\n"
           "    no_match: ['c', 'd']\n"},
      {"fails its example", "sample.yaml",
       head + rule +
           "    pattern: 'quince'\n    match: ['a quince', 'a medlar']\n"
           "    no_match: ['c', 'd']\n"},
      {"far too slow", "MB/s of clean text", head + slow_rules()},
  };
  std::int64_t refused = 0;
  for (const Case& c : broken) {
    CAPTURE(c.name);
    site.write_rule_file(c.yaml);
    daemon.signal(SIGHUP);
    ++refused;
    CHECK(eventually(
        [&] { return client.metric("credence_reloads_total{result=\"refused\"}") == refused; }));
    CHECK(site.log().find("reload refused, the old rules stay") != std::string::npos);
    const HttpAnswer answer = client.post("/v1/reload");
    CHECK(answer.status == 400);
    CHECK(answer.body.find(c.reason) != std::string::npos);
    ++refused;
    CHECK(json_at(client.get("/v1/status").body, "/engine") == engine);
    CHECK(client.get("/readyz").status == 200);
    CHECK(stale_of(client, file) == "false");
    CHECK(client.disposition("\"text\":\"new " + std::string(DaemonSite::kPoison) + c.name +
                             "\"") == "deny");
  }

  site.write_rules({"quince"});
  daemon.signal(SIGHUP);
  REQUIRE(
      eventually([&] { return client.metric("credence_reloads_total{result=\"done\"}") == 1; }));
  CHECK(json_at(client.get("/v1/status").body, "/engine") != engine);
  // The upload's bytes are not kept: its verdict stays, and is known to be old.
  CHECK(stale_of(client, by_uri("u:upload")) == "true");
  CHECK(client.disposition(by_uri("u:upload")) == "allow");
  // The file is scanned anew without being asked for.
  CHECK(eventually([&] { return client.disposition(file) == "deny"; }));
  CHECK(stale_of(client, file) == "false");
  // Text that comes with the query is judged by today's rules.
  CHECK(client.disposition("\"text\":\"another quince\"") == "deny");
  CHECK(client.disposition("\"text\":\"without: " + std::string(DaemonSite::kPoison) + "\"") ==
        "allow");
  CHECK(daemon.stop() == 0);
  CHECK(audit_count(site, "reload", "signal") + audit_count(site, "reload") >= 1);
  check_sound(site);
}

TEST_CASE("a restart scans what changed meanwhile, and nothing else") {
  DaemonSite site;
  constexpr int kFiles = 50;
  const auto name = [](int i) { return "d" + std::to_string(i % 5) + "/" + std::to_string(i); };
  for (int i = 0; i < kFiles; ++i) site.write(name(i), "file " + std::to_string(i));
  {
    DaemonProcess daemon(site);
    REQUIRE(daemon.client().sync());
    CHECK(daemon.client().metric("credence_scans_total") == kFiles);
    CHECK(daemon.stop() == 0);
  }
  site.write(name(3), std::string(DaemonSite::kPoison));
  site.write("new/one.md", "new");
  fs::remove(site.base(name(4)));
  fs::rename(site.base(name(6)), site.base("moved.md"));
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  CHECK(client.metric("credence_table_entries") >= kFiles);
  REQUIRE(client.sync());
  CHECK(client.metric("credence_scans_total") == 3);
  CHECK(client.disposition(by_uri(site.uri(name(3)))) == "deny");
  CHECK(client.disposition(by_uri(site.uri(name(5)))) == "allow");
  CHECK(client.disposition(by_uri(site.uri("new/one.md"))) == "allow");
  CHECK(client.disposition(by_uri(site.uri("moved.md"))) == "allow");
  for (const int gone : {4, 6}) {
    CHECK(json_at(client.trust({by_uri(site.uri(name(gone)))}).body, "/results/0/matched_by") ==
          "none");
  }
  CHECK(daemon.stop() == 0);
  check_sound(site);

  // Other rules: everything.
  site.write_rules({"poison-marker", "quince"});
  DaemonProcess again(site);
  REQUIRE(again.client().sync());
  CHECK(again.client().metric("credence_scans_total") == kFiles);
}

TEST_CASE("SIGTERM with work in flight loses nothing") {
  DaemonSite site;
  constexpr int kFiles = 3000;
  const std::string filler(20'000, 'x');
  for (int i = 0; i < kFiles; ++i) {
    site.write(std::to_string(i % 10) + "/" + std::to_string(i), std::to_string(i) + filler);
  }
  std::int64_t before = 0;
  {
    DaemonProcess daemon(site, {.wait_ready = false});
    REQUIRE(daemon.wait_alive());
    const DaemonClient client = daemon.client();
    REQUIRE(eventually([&] { return client.metric("credence_store_commits_total") > 0; }));
    before = client.metric("credence_store_commits_total");
    CHECK(daemon.stop() == 0);
  }
  CHECK(site.log().find("stopped") != std::string::npos);
  MESSAGE(before, " of ", kFiles, " had a verdict when SIGTERM came");
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  const std::int64_t after = client.metric("credence_scans_total");
  CHECK(after <= kFiles - before);
  for (int i = 0; i < kFiles; i += 7) {
    const std::string uri = site.uri(std::to_string(i % 10) + "/" + std::to_string(i));
    CHECK(client.disposition(by_uri(uri)) == "allow");
  }
  CHECK(daemon.stop() == 0);
  // None twice: an audit entry a file.
  CHECK(audit_count(site, "verdict") == kFiles);
  check_sound(site);
}

TEST_CASE("SIGTERM while rules are compiled does not wait for them") {
  DaemonSite site;
  std::string rules = "family: sample\ncode: CRD-INJ-001\nlanguages: [en]\nrules:\n";
  for (int i = 0; i < 1'500; ++i) {
    const std::string word = "word" + std::to_string(i);
    rules += "  - id: slow-" + word +
             "\n    title: Slow to compile\n    pattern: '(?:[a-z]{1,8} ){1,20}" + word +
             "[^q]{0,200}tail(?:[a-f]{1,9}x){1,9}'\n    match: ['a " + word + " tailax', 'b " +
             word + " tailax']\n    no_match: ['1', '2']\n";
  }
  site.write_rule_file(rules);
  DaemonProcess daemon(site, {.wait_ready = false});
  REQUIRE(eventually([&] { return site.log().find("starting") != std::string::npos; }));
  CHECK(daemon.stop() == 0);
  CHECK(site.log().find("stopped while starting") != std::string::npos);
  CHECK(site.log().find("ready") == std::string::npos);
}

TEST_CASE("a bad file is moved aside, and comes back only by an operator's word") {
  DaemonSettings settings;
  settings.move = true;
  DaemonSite site(settings);
  const std::string poison(DaemonSite::kPoison);
  const std::string server = "unix:" + site.at("socket");
  site.write("there.md", poison + " there at start");
  site.write("good.md", "good");
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  site.write("sub/bad.md", poison);
  fs::create_symlink(site.base("good.md"), site.base("link.md"));
  REQUIRE(client.sync());
  CHECK(eventually([&] { return !fs::exists(site.base("sub/bad.md")); }));
  CHECK_FALSE(fs::exists(site.base("there.md")));
  CHECK(fs::exists(site.base("good.md")));
  CHECK(client.metric("credence_quarantined_total") == 2);

  const HttpAnswer list = client.get("/v1/quarantine");
  CHECK(json_at(list.body, "/items/0/uri") == site.uri("sub/bad.md"));
  CHECK(json_at(list.body, "/items/1/uri") == site.uri("there.md"));
  const std::string digest = sha256(poison).uri();
  CHECK(run_credence({"quarantine", "show", digest, "--server", server}).exit_code == 0);

  // Something else is in its place: nothing is overwritten.
  site.write("sub/bad.md", "in its place");
  REQUIRE(client.sync());
  CHECK(client.post("/v1/quarantine/" + digest + "/release").status == 409);
  fs::remove(site.base("sub/bad.md"));
  REQUIRE(client.sync());
  const CommandResult released =
      run_credence({"quarantine", "release", digest, "--server", server});
  CHECK_MESSAGE(released.exit_code == 0, released.output);
  REQUIRE(client.sync());
  CHECK(fs::file_size(site.base("sub/bad.md")) == poison.size());
  CHECK(client.disposition(by_uri(site.uri("sub/bad.md"))) == "allow");
  CHECK(client.post("/v1/quarantine/" + digest + "/release").status == 404);

  // The word holds for the content, wherever it comes again.
  HttpClient events(daemon.socket());
  REQUIRE(events.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  REQUIRE(events.receive_until("\r\n\r\n").find("200") != std::string::npos);
  site.write("copy.md", poison);
  REQUIRE(client.sync());
  CHECK(fs::exists(site.base("copy.md")));
  CHECK(client.disposition(by_uri(site.uri("copy.md"))) == "allow");
  static_cast<void>(events.receive_until(site.uri("copy.md")));
  CHECK(events.receive_until("\n\n").find("\"disposition\":\"allow\"") != std::string::npos);

  const std::string other = sha256(poison + " there at start").uri();
  CHECK(client.post("/v1/quarantine/" + other + "/delete").status == 200);
  CHECK(client.get("/v1/quarantine").body == "{\"items\":[]}");
  CHECK(client.disposition("\"digest\":\"" + other + "\"") == "deny");
  CHECK(daemon.stop() == 0);
  CHECK(audit_count(site, "quarantine") == 2);
  CHECK(audit_count(site, "override") >= 1);
  check_sound(site);
}

TEST_CASE("a bad file that is still in its place after a crash is moved after the next start") {
  DaemonSite site;
  site.write("bad.md", std::string(DaemonSite::kPoison));
  {
    DaemonProcess daemon(site);  // labels only, which is how far a crash would have come
    REQUIRE(daemon.client().sync());
    daemon.kill();
  }
  REQUIRE(fs::exists(site.base("bad.md")));
  DaemonSettings settings;
  settings.move = true;
  site.configure(settings);
  DaemonProcess daemon(site);
  REQUIRE(daemon.client().sync());
  CHECK(eventually([&] { return !fs::exists(site.base("bad.md")); }));
  CHECK(json_at(daemon.client().get("/v1/quarantine").body, "/items/0/uri") == site.uri("bad.md"));
}

TEST_CASE("with tokens configured nobody is answered without one that permits it") {
  const std::string reader = "reader-secret-token-0123456789";
  const std::string admin = "admin-secret-token-0123456789";
  DaemonSettings settings;
  settings.tcp = true;
  settings.tokens = "# tests\nreader:trust:" + sha256(reader).hex() +
                    "\nroot:admin:" + sha256(admin).hex() + "\n";
  const DaemonSite site(settings);
  DaemonProcess daemon(site);
  struct Case {
    std::string name;
    std::string token;
    int trust;
    int scan;
    int reload;
  };
  const Case cases[] = {
      {"none", "", 401, 401, 401},
      {"wrong", "reader-secret-token-0123456780", 401, 401, 401},
      {"may ask", reader, 200, 403, 403},
      {"may do all", admin, 200, 200, 200},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const DaemonClient client = daemon.client(c.token);
    CHECK(client.trust({by_uri("u:x")}).status == c.trust);
    CHECK(client.get("/metrics").status == c.trust);
    CHECK(client.post("/v1/scan", "text", "text/plain").status == c.scan);
    CHECK(client.post("/v1/reload").status == c.reload);
    CHECK(client.get("/healthz").status == 200);
    CHECK(client.get("/readyz").status == 200);
  }
  const std::uint16_t port = logged_port(site);
  REQUIRE(port != 0);
  const std::string body = "{\"subjects\":[{\"uri\":\"u:x\"}]}";
  CHECK(HttpClient(port).post("/v1/trust", body).status == 401);
  CHECK(HttpClient(port)
            .post("/v1/trust", body,
                  "Content-Type: application/json\r\nAuthorization: Bearer " + reader + "\r\n")
            .status == 200);
  CHECK(site.log().find(reader) == std::string::npos);

  const std::string server = "127.0.0.1:" + std::to_string(port);
  const std::vector<std::string> ask = {"trust", "--server", server, "--uri", "u:x"};
  CHECK(run_credence(ask).exit_code != 1);
  CHECK(run_credence(ask, reader).exit_code == 1);  // denied: unknown
}

TEST_CASE("events tell of each verdict, and are taken up again where a reader left") {
  DaemonSite site;
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  HttpClient stream(daemon.socket());
  REQUIRE(stream.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  const std::string head = stream.receive_until("\r\n\r\n");
  CHECK(head.find("200") != std::string::npos);
  CHECK(head.find("text/event-stream") != std::string::npos);
  site.write("bad.md", std::string(DaemonSite::kPoison));
  REQUIRE(client.sync());
  const std::string told = stream.receive_until(site.uri("bad.md"));
  CHECK(told.find("event: verdict") != std::string::npos);
  const std::size_t id = told.rfind("id: ");
  REQUIRE(id != std::string::npos);
  const std::string last =
      told.substr(id + 4, told.find_first_not_of("0123456789", id + 4) - id - 4);

  site.write("good.md", "harmless");
  REQUIRE(client.sync());
  HttpClient again(daemon.socket());
  REQUIRE(again.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + last +
                     "\r\n\r\n"));
  const std::string missed = again.receive_until(site.uri("good.md"));
  CHECK(missed.find(site.uri("good.md")) != std::string::npos);
  CHECK(missed.find(site.uri("bad.md")) == std::string::npos);
  CHECK(eventually([&] { return client.metric("credence_events_subscribers") == 2; }));
  CHECK(daemon.stop() == 0);  // open streams do not hold it up
}

TEST_CASE("workers that are killed are replaced, and the daemon goes on") {
  DaemonSite site;
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  const std::string pdf = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n";
  const HttpAnswer before = client.post("/v1/scan", pdf, "application/pdf");
  REQUIRE(before.status == 200);
  CHECK(json_at(before.body, "/media_kind") == "pdf");
  for (int i = 0; i < 3; ++i) {
    const std::vector<pid_t> workers = descendants(daemon.process());
    CHECK(workers.size() >= 2);  // the server of workers and a worker
    for (const pid_t worker : workers) ::kill(worker, SIGKILL);
    // One artifact may have been on its way to a worker that died.
    CHECK(eventually([&] {
      const HttpAnswer answer = client.post("/v1/scan", pdf, "application/pdf");
      return answer.status == 200 &&
             json_at(answer.body, "/coverage") == json_at(before.body, "/coverage") &&
             json_at(answer.body, "/verdict") == json_at(before.body, "/verdict");
    }));
  }
  CHECK(daemon.stop() == 0);
}

TEST_CASE("a second daemon on the same store is refused, with the reason") {
  DaemonSite site;
  DaemonProcess daemon(site);
  DaemonProcess second(site, {.wait_ready = false});
  CHECK(second.wait_end() == 4);
  CHECK(site.log().find("is in use") != std::string::npos);
  CHECK(daemon.client().get("/readyz").status == 200);
}

TEST_CASE("metrics say what happened") {
  DaemonSite site;
  site.write("one.md", "one");
  site.write("two.md", std::string(DaemonSite::kPoison));
  site.write("paper.pdf", "%PDF-1.7 broken");
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  REQUIRE(client.post("/v1/scan", "an upload", "text/plain").status == 200);
  CHECK(client.disposition("\"text\":\"a text\"") == "allow");
  CHECK(client.disposition(by_uri("u:unknown")) == "deny");
  CHECK(HttpClient(daemon.socket()).get("/v1/nothing").status == 404);
  REQUIRE(eventually([&] { return client.metric("credence_store_commits_total") == 5; }));
  struct Case {
    std::string name;
    std::int64_t least;
    std::int64_t most;
  };
  const Case cases[] = {
      {"credence_scans_total", 5, 5},
      {"credence_scan_bytes_total", 50, 70},
      {"credence_scan_duration_seconds_count", 5, 5},
      {"credence_scan_verdicts_total{verdict=\"malicious\"}", 1, 1},
      {"credence_scan_verdicts_total{verdict=\"nothing_found\"}", 3, 4},
      {"credence_workers_restarted_total", 0, 0},
      {"credence_queue_depth", 0, 0},
      {"credence_watch_events_total", 1, 1000},
      {"credence_watch_crawls_total", 1, 10},
      {"credence_watch_overflows_total", 0, 0},
      {"credence_store_commit_failures_total", 0, 0},
      {"credence_table_entries", 5, 20},
      {"credence_trust_calls_total", 2, 2},
      {"credence_trust_subjects_total{result=\"scanned\"}", 1, 1},
      {"credence_trust_subjects_total{result=\"missed\"}", 1, 1},
      {"credence_http_responses_total{class=\"4xx\"}", 1, 1},
      {"credence_http_responses_total{class=\"5xx\"}", 0, 100},
      {"credence_http_connections", 1, 10},
      {"credence_reloads_total{result=\"done\"}", 0, 0},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::int64_t value = client.metric(c.name);
    CHECK(value >= c.least);
    CHECK(value <= c.most);
  }
}

}  // namespace credence
