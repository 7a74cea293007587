// credenced and its API as a retriever meets them: uploads, trust queries, watched files.
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "provenance/crypto/sha256.h"
#include "tests/support/daemon_process.h"

namespace credence {
namespace {

namespace fs = std::filesystem;

std::string subject(const std::string& kind, const std::string& value) {
  return "\"" + kind + "\":\"" + value + "\"";
}

// Makes a Unix socket's name at `path`.
void make_socket(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(descriptor);
}

// Folders in folders, further down than a path can say.
void make_deep_tree(const std::string& path) {
  const std::string name(200, 'd');
  int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int i = 0; i < 30 && folder >= 0; ++i) {
    REQUIRE(::mkdirat(folder, name.c_str(), 0700) == 0);
    const int next = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(folder);
    folder = next;
  }
  REQUIRE(folder >= 0);
  const int file = ::openat(folder, "leaf.md", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  ::close(file);
  ::close(folder);
}

}  // namespace

TEST_CASE("an upload is judged, kept, and answered for by every identity") {
  const DaemonSite site;
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  const std::string text(DaemonSite::kPoison);
  const std::string digest = sha256(text).uri();

  const HttpAnswer judged =
      client.post("/v1/scan?uri=s3://bucket/key.md&collection=wiki&id=7", text, "text/plain");
  REQUIRE(judged.status == 200);
  CHECK(json_at(judged.body, "/verdict") == "malicious");
  CHECK(json_at(judged.body, "/disposition") == "deny");
  CHECK(json_at(judged.body, "/digest") == digest);
  CHECK(json_at(judged.body, "/findings/0/rule") == "sample-poison-marker");
  CHECK(json_at(judged.body, "/findings/0/offset") == "2");

  struct Case {
    std::string name;
    std::string subject;
    std::string matched_by;
  };
  const Case cases[] = {
      {"by digest", subject("digest", digest), "digest"},
      {"by URI", subject("uri", "s3://bucket/key.md"), "uri"},
      {"by the caller's id", subject("id", "wiki/7"), "id"},
      {"by its text", subject("text", text), "text"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const HttpAnswer answer = client.trust({c.subject});
    CHECK(json_at(answer.body, "/results/0/disposition") == "deny");
    CHECK(json_at(answer.body, "/results/0/matched_by") == c.matched_by);
    CHECK(json_at(answer.body, "/results/0/reasons/0") == "CRD-INJ-001");
    CHECK(json_at(answer.body, "/results/0/stale") == "false");
  }
  const HttpAnswer stored = client.get("/v1/verdicts/" + digest);
  CHECK(stored.status == 200);
  CHECK(json_at(stored.body, "/report/findings/0/code") == "CRD-INJ-001");
  CHECK(client.get("/v1/verdicts/" + sha256("never seen").uri()).status == 404);
  CHECK(client.get("/v1/verdicts/none").status == 400);

  // A trial leaves nothing behind.
  const std::string trial = "not to be kept";
  CHECK(client.post("/v1/scan?store=false", trial, "text/plain").status == 200);
  CHECK(client.get("/v1/verdicts/" + sha256(trial).uri()).status == 404);
  CHECK(daemon.stop() == 0);
}

TEST_CASE("a mixed query is answered in order, and misses as it says") {
  const DaemonSite site;
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  const std::string poison(DaemonSite::kPoison);
  REQUIRE(client.post("/v1/scan?uri=u:good&collection=c&id=1", "good text", "text/plain").status ==
          200);
  REQUIRE(client.post("/v1/scan?uri=u:bad", poison, "text/plain").status == 200);

  const std::vector<std::string> subjects = {
      subject("uri", "u:bad"),
      subject("digest", sha256("good text").uri()),
      subject("text", "a new and harmless text"),
      subject("id", "c/1"),
      subject("uri", "u:unknown"),
      subject("text", "new, with " + poison),
      subject("digest", sha256("unknown").uri()),
      // The strictest of what is known of one subject counts.
      subject("uri", "u:good") + "," + subject("digest", sha256(poison).uri()),
  };
  struct Case {
    std::string on_miss;  // empty: not said
    std::vector<std::string> expected;
    std::string pending;  // of the new texts
  };
  const Case cases[] = {
      {"pending", {"deny", "allow", "deny", "allow", "deny", "deny", "deny", "deny"}, "true"},
      {"deny", {"deny", "allow", "deny", "allow", "deny", "deny", "deny", "deny"}, ""},
      {"allow", {"deny", "allow", "allow", "allow", "allow", "allow", "allow", "deny"}, ""},
      {"", {"deny", "allow", "allow", "allow", "deny", "deny", "deny", "deny"}, ""},
      {"scan", {"deny", "allow", "allow", "allow", "deny", "deny", "deny", "deny"}, ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.on_miss);
    // "pending" has the texts scanned afterwards, so each case has its own.
    std::vector<std::string> asked = subjects;
    for (std::string& each : asked) {
      if (each.find("\"text\"") != std::string::npos) each.insert(each.size() - 1, " " + c.on_miss);
    }
    const HttpAnswer answer = client.trust(asked, c.on_miss);
    REQUIRE(answer.status == 200);
    for (std::size_t i = 0; i < c.expected.size(); ++i) {
      CAPTURE(i);
      CHECK(json_at(answer.body, "/results/" + std::to_string(i) + "/disposition") ==
            c.expected[i]);
    }
    CHECK(json_at(answer.body, "/results/2/pending") == c.pending);
    CHECK(json_at(answer.body, "/results/5/pending") == c.pending);
  }
  // What was pending has its verdict soon.
  const std::string later = subject("text", "new, with " + poison + " pending");
  CHECK(eventually([&] {
    return json_at(client.trust({later}, "pending").body, "/results/0/matched_by") == "text";
  }));
  CHECK(client.disposition(later, "allow") == "deny");
  // Texts scanned on the spot are remembered.
  const std::string known = subject("text", "new, with " + poison + " scan");
  CHECK(eventually([&] {
    return json_at(client.trust({known}, "deny").body, "/results/0/matched_by") == "text";
  }));
}

TEST_CASE("files that are there, come, change, move and go are followed") {
  const bool inotify_cases[] = {false, true};
  for (const bool inotify : inotify_cases) {
    CAPTURE(inotify);
    DaemonSite site;
    const std::string poison(DaemonSite::kPoison);
    site.write("before.md", "here before the daemon");
    site.write("a/b/deep.md", poison);
    DaemonProcess daemon(site, {.inotify = inotify});
    if (inotify) CHECK(site.log().find("by=inotify") != std::string::npos);
    const DaemonClient client = daemon.client();
    const auto of = [&](const std::string& name) {
      return client.disposition(subject("uri", site.uri(name)), "deny");
    };
    const auto matched = [&](const std::string& name) {
      return json_at(client.trust({subject("uri", site.uri(name))}).body, "/results/0/matched_by");
    };
    REQUIRE(client.sync());
    CHECK(of("before.md") == "allow");
    CHECK(of("a/b/deep.md") == "deny");

    site.write("created.md", "a new file");
    site.write("x/y/z/nested.md", "in three new folders");
    site.write("x/y/poisoned.md", poison + " in a new folder");
    site.write("before.md", poison + " changed");
    fs::rename(site.base("a/b/deep.md"), site.base("renamed.md"));
    REQUIRE(client.sync());
    CHECK(of("created.md") == "allow");
    CHECK(of("x/y/z/nested.md") == "allow");
    CHECK(of("x/y/poisoned.md") == "deny");
    CHECK(matched("x/y/poisoned.md") == "uri");
    CHECK(of("before.md") == "deny");
    CHECK(matched("renamed.md") == "uri");
    CHECK(of("renamed.md") == "deny");
    CHECK(matched("a/b/deep.md") == "none");

    // A folder moves with all that is in it; a file and a folder go; a name is used again.
    fs::rename(site.base("x"), site.base("moved"));
    fs::remove(site.base("before.md"));
    fs::remove_all(site.base("a"));
    fs::remove(site.base("renamed.md"));
    site.write("renamed.md", "harmless again");
    REQUIRE(client.sync());
    CHECK(matched("x/y/z/nested.md") == "none");
    CHECK(of("moved/y/z/nested.md") == "allow");
    CHECK(of("moved/y/poisoned.md") == "deny");
    CHECK(matched("before.md") == "none");
    CHECK(of("renamed.md") == "allow");

    // A tree that comes from elsewhere in one step.
    fs::create_directories(site.at("outside/tree/branch"));
    fs::copy_file(site.base("created.md"), site.at("outside/tree/branch/leaf.md"));
    fs::rename(site.at("outside/tree"), site.base("tree"));
    REQUIRE(client.sync());
    CHECK(of("tree/branch/leaf.md") == "allow");
    for (const auto& entry : fs::directory_iterator(site.at("base"))) {
      CHECK_FALSE(entry.path().filename().string().starts_with(".credence-sync"));
    }
    CHECK(daemon.stop() == 0);
  }
}

TEST_CASE("a watched folder that is replaced as a whole is followed") {
  const bool inotify_cases[] = {false, true};
  for (const bool inotify : inotify_cases) {
    CAPTURE(inotify);
    DaemonSite site;
    site.write("kept.md", "the first");
    site.write("sub/dropped.md", "only in the first");
    DaemonProcess daemon(site, {.inotify = inotify});
    const DaemonClient client = daemon.client();
    REQUIRE(client.sync());
    const auto matched = [&](const std::string& name) {
      return json_at(client.trust({subject("uri", site.uri(name))}).body, "/results/0/matched_by");
    };
    CHECK(matched("sub/dropped.md") == "uri");

    // As a deployment does: the new one is made aside and takes the name.
    fs::create_directories(site.at("aside/sub"));
    fs::rename(site.at("base"), site.at("old"));
    fs::rename(site.at("aside"), site.at("base"));
    site.write("kept.md", std::string(DaemonSite::kPoison));
    site.write("sub/new.md", "only in the second");
    REQUIRE(client.sync());
    CHECK(client.disposition(subject("uri", site.uri("kept.md"))) == "deny");
    CHECK(eventually([&] { return matched("sub/dropped.md") == "none"; }));
    CHECK(matched("sub/new.md") == "uri");

    // Deleted, and made again.
    fs::remove_all(site.at("base"));
    CHECK(eventually([&] { return matched("sub/new.md") == "none"; }));
    site.write("again/file.md", "in the third");
    REQUIRE(client.sync());
    CHECK(matched("again/file.md") == "uri");
    site.write("again/later.md", "later");
    REQUIRE(client.sync());
    CHECK(matched("again/later.md") == "uri");
    CHECK(daemon.stop() == 0);
  }
}

TEST_CASE("pipes, sockets and loops of links in a watched tree do no harm") {
  DaemonSite site;
  const auto plant = [&](const std::string& folder) {
    fs::create_directories(site.base(folder));
    REQUIRE(::mkfifo(site.base(folder + "/pipe.md").c_str(), 0600) == 0);
    make_socket(site.base(folder + "/s.md"));
    fs::create_symlink("loop.md", site.base(folder + "/loop.md"));
    fs::create_directory_symlink("..", site.base(folder + "/up"));
    fs::create_symlink("/etc/passwd", site.base(folder + "/passwd.md"));
    site.write(folder + "/file.md", "a file among them, " + folder);
    make_deep_tree(site.base(folder));
  };
  plant("first");
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  plant("second");
  REQUIRE(client.sync());
  struct Case {
    std::string name;
    std::string matched_by;
  };
  const Case cases[] = {
      {"first/file.md", "uri"},
      {"second/file.md", "uri"},
      {"second/pipe.md", "none"},
      {"second/s.md", "none"},
      {"first/loop.md", "none"},
      {"second/passwd.md", "none"},
      {"second/up/first/file.md", "none"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    CHECK(json_at(client.trust({subject("uri", site.uri(c.name))}).body, "/results/0/matched_by") ==
          c.matched_by);
  }
  // A file seen while its folder is new may be looked at twice, the others never.
  CHECK(client.metric("credence_scans_total") <= 4);
}

TEST_CASE("a file is judged by its last words, however it is written") {
  DaemonSite site;
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  const std::string path = site.base("slow.md");
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  std::string text;
  for (int i = 0; i < 20; ++i) {
    const std::string line = "line " + std::to_string(i) + "\n";
    REQUIRE(::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    text += line;
    if (i == 10) CHECK(client.sync());
  }
  ::close(file);
  REQUIRE(client.sync());
  CHECK(client.get("/v1/verdicts/" + sha256(text).uri()).status == 200);
  CHECK(client.disposition(subject("uri", site.uri("slow.md"))) == "allow");
}

}  // namespace credence
