// Sixty thousand small files put into a watched tree at once: sixty thousand verdicts
// (a part of them under a sanitizer).
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/daemon_process.h"
#include "tests/support/repetition.h"

namespace credence {
namespace {

using std::chrono::steady_clock;

constexpr int kFiles = 60'000 / kRepetitionDivisor;
constexpr int kFolders = 300;
constexpr int kBadEvery = 100;

std::string name_of(int i) {
  return "d" + std::to_string(i % kFolders) + "/" + std::to_string(i) + ".md";
}

void write_small(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  REQUIRE(file >= 0);
  REQUIRE(::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  ::close(file);
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size())) {
    ++count;
  }
  return count;
}

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

void burst(bool inotify) {
  const DaemonSite site;
  DaemonProcess daemon(site, {.inotify = inotify});
  CHECK(site.log().find(inotify ? "by=inotify" : "by=") != std::string::npos);
  const DaemonClient client = daemon.client();
  const auto start = steady_clock::now();
  for (int i = 0; i < kFolders; ++i) site.write("d" + std::to_string(i) + "/first", "a folder");
  for (int i = 0; i < kFiles; ++i) {
    std::string text = "file " + std::to_string(i);
    if (i % kBadEvery == 0) text.append(" ").append(DaemonSite::kPoison);
    write_small(site.base(name_of(i)), text);
  }
  const double written = seconds_since(start);
  REQUIRE(client.sync(std::chrono::seconds(600)));
  const double judged = seconds_since(start);

  std::size_t known = 0;
  std::size_t denied = 0;
  constexpr int kBatch = 1000;
  for (int begin = 0; begin < kFiles; begin += kBatch) {
    std::vector<std::string> subjects;
    for (int i = begin; i < begin + kBatch; ++i) {
      subjects.push_back("\"uri\":\"" + site.uri(name_of(i)) + "\"");
    }
    const HttpAnswer answer = client.trust(subjects);
    REQUIRE(answer.status == 200);
    known += count_of(answer.body, "\"matched_by\":\"uri\"");
    denied += count_of(answer.body, "\"disposition\":\"deny\"");
  }
  CHECK(known == kFiles);
  CHECK(denied == kFiles / kBadEvery);
  CHECK(client.metric("credence_queue_depth") == 0);
  MESSAGE(std::string(inotify ? "inotify" : "the best watch"), ": written in ", written,
          " s, all judged after ", judged, " s, ", kFiles / judged, " files/s, ",
          client.metric("credence_scans_total"), " scans, ",
          client.metric("credence_watch_overflows_total"), " overflows");
  CHECK(daemon.stop() == 0);
}

}  // namespace

// A daemon that is stopped while more happens than the kernel remembers.
TEST_CASE("lost events are made good by a crawl") {
  std::ifstream limit("/proc/sys/fs/inotify/max_queued_events");
  int queued_max = 0;
  limit >> queued_max;
  if (queued_max <= 0 || queued_max > 50'000) {
    MESSAGE("not tried: the kernel keeps ", queued_max, " events");
    return;
  }
  const DaemonSite site;
  site.write("old/file.md", "to be deleted unseen");
  DaemonProcess daemon(site, {.inotify = true});
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  daemon.signal(SIGSTOP);
  for (int i = 0; i < queued_max; ++i) {
    write_small(site.base(std::to_string(i)), "file " + std::to_string(i));
  }
  site.write("new/folder/deep.md", std::string(DaemonSite::kPoison));
  std::filesystem::remove_all(site.base("old"));
  daemon.signal(SIGCONT);
  REQUIRE(client.sync());
  CHECK(client.metric("credence_watch_overflows_total") >= 1);
  CHECK(client.disposition("\"uri\":\"" + site.uri("new/folder/deep.md") + "\"") == "deny");
  CHECK(client.disposition("\"uri\":\"" + site.uri(std::to_string(queued_max - 1)) + "\"") ==
        "allow");
  CHECK(json_at(client.trust({"\"uri\":\"" + site.uri("old/file.md") + "\""}).body,
                "/results/0/matched_by") == "none");
  // The folder that came unseen is watched from now on.
  site.write("new/folder/later.md", std::string(DaemonSite::kPoison));
  REQUIRE(client.sync());
  CHECK(json_at(client.trust({"\"uri\":\"" + site.uri("new/folder/later.md") + "\""}).body,
                "/results/0/matched_by") == "uri");
  CHECK(daemon.stop() == 0);
}

TEST_CASE("a burst of files, by the best watch there is") { burst(false); }
TEST_CASE("a burst of files, by inotify") { burst(true); }

}  // namespace credence
