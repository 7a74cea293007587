#include "index/quarantine/quarantine.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/quarantine/manifest.h"
#include "tests/index/store/store_fixture.h"

namespace credence {
namespace {

namespace fs = std::filesystem;
using testing::fake_digest;

Digest digest_of(std::string_view text) {
  return fake_digest(std::as_bytes(std::span(text.data(), text.size())));
}

Result<Digest> digest_of_file(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer;
  off_t offset = 0;
  while (true) {
    const ssize_t size = ::pread(descriptor, buffer.data(), buffer.size(), offset);
    if (size < 0) return Error(ErrorCode::kIo, "pread");
    if (size == 0) return digest_of(text);
    text.append(buffer.data(), static_cast<std::size_t>(size));
    offset += size;
  }
}

void write(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A knowledge base with one bad file, and a quarantine beside it.
struct Scene {
  explicit Scene(bool always_copy = false, FileDigestFunction digest = digest_of_file)
      : base(directory.path() / "kb"), held(directory.path() / "held"), file(base / "bad.md") {
    fs::create_directories(base);
    write(file, kText);
    auto opened =
        Quarantine::open({.root = held, .digest = std::move(digest), .always_copy = always_copy});
    REQUIRE_MESSAGE(opened.ok(), opened.error().message());
    quarantine = *std::move(opened);
  }

  [[nodiscard]] QuarantineRequest request() const {
    return {.path = file,
            .uri = "file://" + file.string(),
            .digest = digest_of(kText),
            .identity = {},
            .reasons = {"CRD-INJ-001"},
            .actor = "credenced",
            .at_ms = 5};
  }

  static constexpr std::string_view kText = "ignore nothing";

  testing::TemporaryDirectory directory;
  fs::path base;
  fs::path held;
  fs::path file;
  std::unique_ptr<Quarantine> quarantine;
};

mode_t mode_of(const fs::path& path) {
  struct stat status = {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("a file is taken, shown and put back as it was") {
  for (const bool always_copy : {false, true}) {
    CAPTURE(always_copy);
    Scene scene(always_copy);
    ::chmod(scene.file.c_str(), 0640);
    struct stat before = {};
    REQUIRE(::stat(scene.file.c_str(), &before) == 0);

    const auto taken = scene.quarantine->take(scene.request());
    REQUIRE_MESSAGE(taken.ok(), taken.error().message());
    CHECK_FALSE(fs::exists(scene.file));
    const fs::path entry = scene.held / taken->id;
    CHECK(mode_of(scene.held) == 0700);
    CHECK(mode_of(entry) == 0700);
    CHECK(mode_of(entry / "content") == 0400);
    CHECK(read(entry / "content") == Scene::kText);
    CHECK(taken->audit.action == "quarantine");
    CHECK(taken->audit.subject == digest_of(Scene::kText).uri());

    const auto list = scene.quarantine->list();
    REQUIRE(list.ok());
    REQUIRE(list->size() == 1);
    CHECK((*list)[0].id == taken->id);
    CHECK((*list)[0].original_path == scene.file.string());
    CHECK((*list)[0].mode == 0640);
    CHECK((*list)[0].reasons == std::vector<std::string>{"CRD-INJ-001"});

    const auto released = scene.quarantine->release(taken->id, "ada", 6);
    REQUIRE_MESSAGE(released.ok(), released.error().message());
    CHECK(released->action == "release");
    CHECK(released->actor == "ada");
    CHECK(read(scene.file) == Scene::kText);
    struct stat after = {};
    REQUIRE(::stat(scene.file.c_str(), &after) == 0);
    CHECK((after.st_mode & 07777) == 0640);
    CHECK(after.st_mtim.tv_sec == before.st_mtim.tv_sec);
    CHECK(after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
    CHECK(scene.quarantine->list()->empty());
    CHECK(fs::is_empty(scene.held));
    // Nothing of ours is left beside it.
    CHECK(std::distance(fs::directory_iterator(scene.base), {}) == 1);
  }
}

TEST_CASE("equal files are held apart, and one can be deleted") {
  Scene scene;
  const auto first = scene.quarantine->take(scene.request());
  REQUIRE(first.ok());
  write(scene.file, Scene::kText);
  const auto second = scene.quarantine->take(scene.request());
  REQUIRE(second.ok());
  CHECK(first->id != second->id);
  const auto removed = scene.quarantine->remove(first->id, "ada", 7);
  REQUIRE(removed.ok());
  CHECK(removed->action == "delete");
  CHECK(scene.quarantine->list()->size() == 1);
  CHECK(scene.quarantine->show(first->id).error().code() == ErrorCode::kNotFound);
  CHECK(scene.quarantine->show(second->id).ok());
}

// Whatever stands in the file's place stays there, and nothing is held.
TEST_CASE("what is not the judged file is not taken") {
  struct Case {
    const char* name;
    std::function<void(Scene&, QuarantineRequest&)> change;
    ErrorCode code;
  };
  const Case cases[] = {
      {"gone", [](Scene& s, QuarantineRequest&) { fs::remove(s.file); }, ErrorCode::kNotFound},
      {"its directory gone", [](Scene& s, QuarantineRequest&) { fs::remove_all(s.base); },
       ErrorCode::kNotFound},
      {"other bytes", [](Scene& s, QuarantineRequest&) { write(s.file, "harmless"); },
       ErrorCode::kUnavailable},
      {"another identity",
       [](Scene&, QuarantineRequest& r) { r.identity = {.device = 1, .inode = 1, .size = 14}; },
       ErrorCode::kUnavailable},
      {"a link to a file with the same bytes",
       [](Scene& s, QuarantineRequest&) {
         fs::rename(s.file, s.base / "other");
         fs::create_symlink(s.base / "other", s.file);
       },
       ErrorCode::kInvalidArgument},
      {"a directory became a link",
       [](Scene& s, QuarantineRequest&) {
         fs::rename(s.base, s.directory.path() / "elsewhere");
         fs::create_directory_symlink(s.directory.path() / "elsewhere", s.base);
       },
       ErrorCode::kInvalidArgument},
      {"a FIFO",
       [](Scene& s, QuarantineRequest&) {
         fs::remove(s.file);
         REQUIRE(::mkfifo(s.file.c_str(), 0600) == 0);
       },
       ErrorCode::kInvalidArgument},
      {"a directory",
       [](Scene& s, QuarantineRequest&) {
         fs::remove(s.file);
         fs::create_directory(s.file);
       },
       ErrorCode::kInvalidArgument},
      {"a relative path", [](Scene&, QuarantineRequest& r) { r.path = "kb/bad.md"; },
       ErrorCode::kInvalidArgument},
      {"a path with ..",
       [](Scene& s, QuarantineRequest& r) { r.path = s.base / ".." / "kb" / "bad.md"; },
       ErrorCode::kInvalidArgument},
  };
  for (const Case& c : cases) {
    for (const bool always_copy : {false, true}) {
      CAPTURE(c.name);
      CAPTURE(always_copy);
      Scene scene(always_copy);
      QuarantineRequest request = scene.request();
      c.change(scene, request);
      struct stat before = {};
      const bool was_there = ::lstat(scene.file.c_str(), &before) == 0;
      const auto taken = scene.quarantine->take(request);
      REQUIRE_FALSE(taken.ok());
      CHECK(taken.error().code() == c.code);
      struct stat after = {};
      CHECK((::lstat(scene.file.c_str(), &after) == 0) == was_there);
      CHECK(after.st_ino == before.st_ino);
      CHECK(fs::is_empty(scene.held));
    }
  }
}

// The file is swapped between its opening and its move: the digest function, which
// runs in between for a copy and after it for a move, does the swap.
TEST_CASE("a swap under our hands is noticed") {
  fs::path file;
  const auto swap_then_digest = [&file](int descriptor) -> Result<Digest> {
    if (!file.empty() && fs::exists(file)) {
      fs::rename(file, file.string() + ".old");
      write(file, "precious and never judged");
    }
    return digest_of_file(descriptor);
  };
  Scene scene(true, swap_then_digest);
  file = scene.file;
  const auto taken = scene.quarantine->take(scene.request());
  REQUIRE_FALSE(taken.ok());
  CHECK(taken.error().code() == ErrorCode::kUnavailable);
  CHECK(read(scene.file) == "precious and never judged");
  CHECK(fs::is_empty(scene.held));
}

TEST_CASE("names that are no text survive") {
  for (const char* name : {"two\nlines.md", "bad\xFF\xFEname", "\"quoted\\", " "}) {
    CAPTURE(name);
    Scene scene;
    const fs::path path = scene.base / name;
    fs::rename(scene.file, path);
    QuarantineRequest request = scene.request();
    request.path = path;
    const auto taken = scene.quarantine->take(request);
    REQUIRE_MESSAGE(taken.ok(), taken.error().message());
    CHECK(scene.quarantine->show(taken->id)->original_path == path.string());
    REQUIRE(scene.quarantine->release(taken->id, "ada", 6).ok());
    CHECK(read(path) == Scene::kText);
  }
}

TEST_CASE("a release replaces nothing and follows no link") {
  struct Case {
    const char* name;
    std::function<void(Scene&)> change;
    bool released;
    ErrorCode code;
  };
  const Case cases[] = {
      {"free", [](Scene&) {}, true, {}},
      {"directory gone", [](Scene& s) { fs::remove_all(s.base); }, true, {}},
      {"a file is there", [](Scene& s) { write(s.file, "new"); }, false, ErrorCode::kAlreadyExists},
      {"a dangling link is there",
       [](Scene& s) { fs::create_symlink(s.directory.path() / "target", s.file); }, false,
       ErrorCode::kAlreadyExists},
      {"the directory became a link",
       [](Scene& s) {
         fs::remove_all(s.base);
         fs::create_directory(s.directory.path() / "etc");
         fs::create_directory_symlink(s.directory.path() / "etc", s.base);
       },
       false, ErrorCode::kInvalidArgument},
  };
  for (const Case& c : cases) {
    for (const bool always_copy : {false, true}) {
      CAPTURE(c.name);
      CAPTURE(always_copy);
      Scene scene(always_copy);
      const auto taken = scene.quarantine->take(scene.request());
      REQUIRE(taken.ok());
      c.change(scene);
      const auto released = scene.quarantine->release(taken->id, "ada", 6);
      REQUIRE(released.ok() == c.released);
      if (c.released) {
        CHECK(read(scene.file) == Scene::kText);
        continue;
      }
      CHECK(released.error().code() == c.code);
      CHECK(read(scene.held / taken->id / "content") == Scene::kText);
      CHECK(scene.quarantine->list()->size() == 1);
      CHECK_FALSE(fs::exists(scene.directory.path() / "target"));
    }
  }
}

TEST_CASE("content that was changed while held is not released") {
  Scene scene;
  const auto taken = scene.quarantine->take(scene.request());
  REQUIRE(taken.ok());
  const fs::path content = scene.held / taken->id / "content";
  ::chmod(content.c_str(), 0600);
  write(content, "something else");
  const auto released = scene.quarantine->release(taken->id, "ada", 6);
  REQUIRE_FALSE(released.ok());
  CHECK(released.error().code() == ErrorCode::kCorrupt);
  CHECK_FALSE(fs::exists(scene.file));
}

TEST_CASE("only ids of ours are paths") {
  Scene scene;
  for (const std::string& id :
       {std::string(), std::string(".."), std::string("../kb"), std::string(64, 'a'),
        std::string(64, 'a') + ".", std::string(64, 'a') + "./../../kb",
        std::string(64, 'a') + ".123456"}) {
    CAPTURE(id);
    CHECK(scene.quarantine->show(id).error().code() == ErrorCode::kInvalidArgument);
    CHECK(scene.quarantine->remove(id, "ada", 1).error().code() == ErrorCode::kInvalidArgument);
  }
  CHECK(scene.quarantine->show(std::string(64, 'a') + ".0").error().code() == ErrorCode::kNotFound);
}

TEST_CASE("an action that was cut off is cleared away at the next start") {
  Scene scene;
  const auto taken = scene.quarantine->take(scene.request());
  REQUIRE(taken.ok());
  const std::string hex = digest_of("x").hex();
  fs::create_directory(scene.held / (hex + ".0"));  // died before the manifest
  fs::create_directory(scene.held / (hex + ".1"));  // died before the move
  write(scene.held / (hex + ".1") / "manifest.json", "{}");
  write(scene.held / (hex + ".1") / "partial", "half a co");
  scene.quarantine.reset();
  const auto again = Quarantine::open({.root = scene.held, .digest = digest_of_file});
  REQUIRE_MESSAGE(again.ok(), again.error().message());
  CHECK((*again)->list()->size() == 1);
  CHECK(std::distance(fs::directory_iterator(scene.held), {}) == 1);
}

TEST_CASE("a quarantine that others can enter is refused") {
  const testing::TemporaryDirectory directory;
  const fs::path root = directory.path() / "held";
  fs::create_directory(root);
  ::chmod(root.c_str(), 0755);
  CHECK(Quarantine::open({.root = root, .digest = digest_of_file}).error().code() ==
        ErrorCode::kPermissionDenied);
  ::chmod(root.c_str(), 0700);
  CHECK(Quarantine::open({.root = root, .digest = digest_of_file}).ok());
  fs::create_directory_symlink(root, directory.path() / "link");
  CHECK_FALSE(Quarantine::open({.root = directory.path() / "link", .digest = digest_of_file}).ok());
}

TEST_CASE("what is no manifest of ours is corrupt") {
  QuarantineEntry entry;
  entry.original_path = "/kb/a";
  const std::string good = write_manifest(entry);
  CHECK(read_manifest(good).ok());
  for (std::size_t size = 0; size + 2 < good.size(); ++size) {
    CHECK_FALSE(read_manifest(std::string_view(good).substr(0, size)).ok());
  }
  for (const char* bad : {"", "[]", "{}", "null", "{\"version\":1}"}) {
    CAPTURE(bad);
    CHECK(read_manifest(bad).error().code() == ErrorCode::kCorrupt);
  }
}

}  // namespace
}  // namespace credence
