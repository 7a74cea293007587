#include "daemon/sources/directory_source.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"

namespace credence {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Remembers what arrived, with the identity it had.
class Arrivals final : public ArrivalSink {
 public:
  Result<void> arrived(std::span<const std::string> uris) override {
    const std::lock_guard lock(mutex_);
    for (const std::string& uri : uris) {
      ++count_[uri];
      if (const auto identity = file_identity(*path_of_file_uri(uri))) known_[uri] = *identity;
    }
    return {};
  }
  Result<void> gone(std::string_view uri) override {
    const std::lock_guard lock(mutex_);
    known_.erase(std::string(uri));
    return {};
  }
  bool is_current(std::string_view uri, const FileIdentity& identity) const override {
    const std::lock_guard lock(mutex_);
    const auto it = known_.find(std::string(uri));
    return it != known_.end() && it->second == identity;
  }
  Result<void> each_known(std::string_view prefix,
                          const std::function<void(std::string_view)>& visit) const override {
    std::vector<std::string> uris;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [uri, identity] : known_) {
        if (uri.starts_with(prefix)) uris.push_back(uri);
      }
    }
    for (const std::string& uri : uris) visit(uri);
    return {};
  }

  [[nodiscard]] std::set<std::string> known() const {
    const std::lock_guard lock(mutex_);
    std::set<std::string> out;
    for (const auto& [uri, identity] : known_) out.insert(uri.substr(uri.rfind('/') + 1));
    return out;
  }
  [[nodiscard]] int count(const std::string& path) const {
    const std::lock_guard lock(mutex_);
    const auto it = count_.find(file_uri(path));
    return it == count_.end() ? 0 : it->second;
  }

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, int> count_;
  std::map<std::string, FileIdentity> known_;
};

// A watched folder for the length of a scope.
struct Watched {
  Watched() {
    char name[] = "/tmp/credence_source_XXXXXX";
    REQUIRE(::mkdtemp(name) != nullptr);
    root = name;
  }
  ~Watched() {
    runner = {};
    source.reset();
    fs::remove_all(root);
  }
  void start() {
    DirectorySourceOptions options;
    options.root = root;
    options.settle = milliseconds(20);
    auto created = DirectorySource::create(options, sink, clock, metrics, {});
    REQUIRE(created.ok());
    source = std::move(*created);
    runner = std::jthread([this](const std::stop_token& stop) { source->run(stop); });
  }
  bool flush() const { return source->flush(std::chrono::steady_clock::now() + seconds(30)); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(root + "/" + name) << text;
    return root + "/" + name;
  }

  std::string root;
  SystemClock clock;
  Metrics metrics;
  Arrivals sink;
  std::unique_ptr<DirectorySource> source;
  std::jthread runner;
};

using Names = std::set<std::string>;

}  // namespace

TEST_CASE("what is there, comes, changes and goes is delivered") {
  Watched w;
  w.write("before.md", "1");
  w.start();
  REQUIRE(w.flush());
  CHECK(w.sink.known() == Names{"before.md"});

  w.write("after.md", "2");
  fs::create_directories(w.root + "/new/deep");
  w.write("new/deep/inside.md", "3");
  REQUIRE(w.flush());
  CHECK(w.sink.known() == Names{"before.md", "after.md", "inside.md"});

  const int before = w.sink.count(w.root + "/after.md");
  w.write("after.md", "changed");
  REQUIRE(w.flush());
  CHECK(w.sink.count(w.root + "/after.md") > before);

  fs::rename(w.root + "/after.md", w.root + "/renamed.md");
  fs::remove(w.root + "/before.md");
  REQUIRE(w.flush());
  CHECK(w.sink.known() == Names{"renamed.md", "inside.md"});

  fs::remove_all(w.root + "/new");
  REQUIRE(w.flush());
  CHECK(w.sink.known() == Names{"renamed.md"});
}

TEST_CASE("pipes, links and a name like a cookie's are no way around") {
  Watched w;
  w.start();
  REQUIRE(w.flush());
  REQUIRE(::mkfifo((w.root + "/fifo").c_str(), 0600) == 0);
  fs::create_directory_symlink(w.root, w.root + "/loop");
  const std::string cookie = ".credence-sync-" + std::to_string(::getpid()) + "-1";
  w.write(cookie, "planted");
  REQUIRE(w.flush());
  CHECK(w.sink.known() == Names{cookie});
}

TEST_CASE("a restart delivers only what changed") {
  Watched w;
  const std::string same = w.write("same.md", "1");
  const std::string other = w.write("other.md", "1");
  w.start();
  REQUIRE(w.flush());
  w.runner = {};
  w.source.reset();
  w.write("other.md", "22");
  w.start();
  REQUIRE(w.flush());
  CHECK(w.sink.count(same) == 1);
  CHECK(w.sink.count(other) == 2);
}

TEST_CASE("a burst of small files loses none") {
  constexpr int kFiles = 5000;
  Watched w;
  w.start();
  REQUIRE(w.flush());
  for (int i = 0; i < kFiles; ++i) w.write(std::to_string(i), "x");
  REQUIRE(w.flush());
  CHECK(w.sink.known().size() == kFiles);
}

TEST_CASE("inotify tells what fanotify would") {
  Watched w;
  const auto events = watch_with_inotify(w.root);
  REQUIRE(events.ok());
  w.write("a", "1");
  fs::create_directory(w.root + "/d");
  fs::rename(w.root + "/a", w.root + "/b");
  std::vector<FileEvent> seen;
  for (int i = 0; i < 20 && seen.size() < 5; ++i) {
    REQUIRE((*events)->wait(milliseconds(50), seen).ok());
  }
  w.write("d/inside", "2");
  for (int i = 0; i < 5; ++i) REQUIRE((*events)->wait(milliseconds(20), seen).ok());
  const auto has = [&](FileEvent::Kind kind, const std::string& name) {
    return std::any_of(seen.begin(), seen.end(), [&](const FileEvent& event) {
      return event.kind == kind && event.path == w.root + "/" + name;
    });
  };
  CHECK(has(FileEvent::Kind::kChanged, "a"));
  CHECK(has(FileEvent::Kind::kFolder, "d"));
  CHECK(has(FileEvent::Kind::kGone, "a"));
  CHECK(has(FileEvent::Kind::kChanged, "b"));
  CHECK(has(FileEvent::Kind::kChanged, "d/inside"));
}

TEST_CASE("paths settle before they are taken") {
  Settle settle;
  const Settle::Time start{};
  settle.hold("a", start + milliseconds(10));
  settle.hold("b", start + milliseconds(5));
  settle.hold("a", start + milliseconds(20));
  CHECK(settle.next() == start + milliseconds(5));
  CHECK(settle.take(start + milliseconds(10), 10) == std::vector<std::string>{"b"});
  CHECK(settle.take(start + milliseconds(19), 10).empty());
  settle.forget("a");
  CHECK(settle.size() == 0);
  CHECK(settle.next() == Settle::Time::max());
}

}  // namespace credence
