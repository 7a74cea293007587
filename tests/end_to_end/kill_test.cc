// credenced is killed at random moments, again and again, while files arrive and change:
// no verdict that it told of is lost, none is made twice, and in the end all files have one.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "provenance/crypto/sha256.h"
#include "tests/support/daemon_process.h"
#include "tests/support/repetition.h"

namespace credence {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr int kKills = 110 / kRepetitionDivisor;
constexpr int kFilesAtStart = 1500 / kRepetitionDivisor;
constexpr int kFiles = 6000 / kRepetitionDivisor;
constexpr int kLifeMsMax = 250;

// The watched files and what is in them.
class Files {
 public:
  Files(const DaemonSite& site, std::mt19937_64& random) : site_(site), random_(random) {}

  void add(int count) {
    for (int i = 0; i < count && size() < kFiles; ++i) put(static_cast<int>(size()));
  }
  void change_one() { put(static_cast<int>(random_() % size())); }

  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  // By URI.
  [[nodiscard]] const std::map<std::string, std::string>& texts() const { return texts_; }

 private:
  // Every version of every file is a text of its own, one in ten of them bad; it takes the
  // place of the last in one step.
  void put(int number) {
    std::string text = std::to_string(number) + " version " + std::to_string(version_++);
    if (random_() % 10 == 0) text.append(" ").append(DaemonSite::kPoison);
    const std::string name =
        "d" + std::to_string(number % 40) + "/" + std::to_string(number) + ".md";
    fs::create_directories(fs::path(site_.base(name)).parent_path());
    std::ofstream(site_.at("next"), std::ios::binary) << text;
    fs::rename(site_.at("next"), site_.base(name));
    texts_[site_.uri(name)] = std::move(text);
  }

  const DaemonSite& site_;
  std::mt19937_64& random_;
  std::map<std::string, std::string> texts_;
  int version_ = 0;
};

// Digests of verdicts that the daemon told of.
using Acknowledged = std::set<std::string>;

// Takes the digests of the verdicts in an event stream. One cut off at its end was not told.
void take_events(const std::string& stream, Acknowledged& acknowledged) {
  static constexpr std::string_view kStart = "data: {\"digest\":\"";
  for (std::size_t at = stream.find(kStart); at != std::string::npos;
       at = stream.find(kStart, at + 1)) {
    const std::size_t begin = at + kStart.size();
    const std::size_t end = stream.find('"', begin);
    if (stream.find('\n', begin) == std::string::npos) return;
    acknowledged.insert(stream.substr(begin, end - begin));
  }
}

// One life of the daemon: files arrive and change and texts are uploaded until it dies.
void live(const DaemonSite& site, std::mt19937_64& random, int round, Files& files,
          Acknowledged& acknowledged) {
  DaemonProcess daemon(site, {.inotify = random() % 4 == 0, .wait_ready = false});
  const auto life = milliseconds(random() % kLifeMsMax);
  if (random() % 10 == 0) {  // some die while they start
    std::this_thread::sleep_for(life);
    return daemon.kill();
  }
  REQUIRE_MESSAGE(daemon.wait_alive(), site.log());
  HttpClient events(daemon.socket());
  REQUIRE(events.send("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  HttpClient uploads(daemon.socket());
  const std::jthread killer([&] {
    std::this_thread::sleep_for(life);
    daemon.signal(SIGKILL);
  });
  files.add((kFiles - kFilesAtStart) / kKills + 5);
  for (int i = 0;; ++i) {
    const std::string text = "upload " + std::to_string(round) + "." + std::to_string(i);
    const int status = uploads.post("/v1/scan", text, "Content-Type: text/plain\r\n").status;
    if (status == 0) break;
    REQUIRE(status == 200);
    acknowledged.insert(sha256(text).uri());
    if (i % 3 == 0) files.change_one();
  }
  take_events(events.receive_until("no event has this"), acknowledged);
}

struct Query {
  std::string subject;
  std::string matched_by;
  std::string disposition;  // empty: any
};

void check_answers(const DaemonClient& client, const std::vector<Query>& queries) {
  constexpr std::size_t kBatch = 100;
  for (std::size_t begin = 0; begin < queries.size(); begin += kBatch) {
    const std::size_t end = std::min(begin + kBatch, queries.size());
    std::vector<std::string> subjects;
    for (std::size_t i = begin; i < end; ++i) subjects.push_back(queries[i].subject);
    const HttpAnswer answer = client.trust(subjects, "deny");
    REQUIRE(answer.status == 200);
    for (std::size_t i = begin; i < end; ++i) {
      const std::string place = "/results/" + std::to_string(i - begin);
      const bool right = json_at(answer.body, place + "/matched_by") == queries[i].matched_by &&
                         (queries[i].disposition.empty() ||
                          json_at(answer.body, place + "/disposition") == queries[i].disposition);
      CHECK_MESSAGE(right, queries[i].subject);
    }
  }
}

// Each verdict on each file stands once in the audit log, and each told one stands there.
void check_audit(const DaemonSite& site, const Acknowledged& acknowledged) {
  const CommandResult audit = run_credence({"db", "audit", "--store", site.at("store")});
  REQUIRE(audit.exit_code == 0);
  std::map<std::string, int> times;
  Acknowledged missing = acknowledged;
  for (std::size_t at = 0; at < audit.output.size();) {
    const std::size_t end = std::min(audit.output.find('\n', at), audit.output.size());
    const std::string line = audit.output.substr(at, end - at);
    at = end + 1;
    const std::size_t action = line.find("\tverdict\t");
    if (action == std::string::npos) continue;
    const std::string rest = line.substr(action + 9);  // the digest, what was decided, the URI
    missing.erase(rest.substr(0, rest.find('\t')));
    ++times[rest];
  }
  CHECK(missing.empty());
  for (const auto& [verdict, count] : times) CHECK_MESSAGE(count == 1, verdict);
  MESSAGE(times.size(), " verdicts in the audit log");
}

}  // namespace

TEST_CASE("kill -9 during ingest") {
  const char* given = std::getenv("CREDENCE_TEST_SEED");
  const std::uint64_t seed =
      given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
  MESSAGE("CREDENCE_TEST_SEED=", seed);
  std::mt19937_64 random(seed);
  const DaemonSite site;
  Files files(site, random);
  files.add(kFilesAtStart);
  Acknowledged acknowledged;
  for (int round = 0; round < kKills; ++round) live(site, random, round, files, acknowledged);
  files.add(kFiles);

  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  std::vector<Query> queries;
  for (const auto& [uri, text] : files.texts()) {
    const bool bad = text.find(DaemonSite::kPoison) != std::string::npos;
    queries.push_back({"\"uri\":\"" + uri + "\"", "uri", bad ? "deny" : "allow"});
  }
  for (const std::string& digest : acknowledged) {
    queries.push_back({"\"digest\":\"" + digest + "\"", "digest", {}});
  }
  check_answers(client, queries);
  CHECK(client.metric("credence_queue_depth") == 0);
  CHECK(daemon.stop() == 0);
  const CommandResult verified = run_credence({"db", "verify", "--store", site.at("store")});
  CHECK_MESSAGE(verified.exit_code == 0, verified.output);
  check_audit(site, acknowledged);
  MESSAGE(kKills, " kills, ", files.size(), " files, ", acknowledged.size(), " verdicts told of");
  CHECK(files.size() >= 5000 / kRepetitionDivisor);
  CHECK(acknowledged.size() >= 1000 / kRepetitionDivisor);
}

}  // namespace credence
