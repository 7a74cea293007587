#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/pipeline/file_reader.h"
#include "daemon/pipeline/file_uri.h"
#include "daemon/pipeline/tree_walk.h"
#include "provenance/crypto/sha256.h"
#include "tests/support/temporary_folder.h"

namespace credence {
namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_CASE("a file that is longer than it says does not read as whole") {
  PaddedBuffer buffer;
  const auto content = read_file("/proc/self/status", 1000, buffer);
  REQUIRE(content.ok());
  CHECK(content->size == 0);
  CHECK(content->changed);
}

TEST_CASE("only regular files are read, without waiting") {
  const TemporaryFolder folder;
  folder.write("file", "content");
  REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
  fs::create_symlink(folder.at("file"), folder.at("link"));
  struct Case {
    std::string name;
    std::string path;
    ErrorCode code;
  };
  const Case cases[] = {
      {"pipe", folder.at("fifo"), ErrorCode::kUnsupported},
      {"link", folder.at("link"), ErrorCode::kUnsupported},
      {"folder", folder.path(), ErrorCode::kUnsupported},
      {"device", "/dev/zero", ErrorCode::kUnsupported},
      {"missing", folder.at("none"), ErrorCode::kNotFound},
      {"below a file", folder.at("file/x"), ErrorCode::kNotFound},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    PaddedBuffer buffer;
    const auto content = read_file(c.path, 100, buffer);
    REQUIRE_FALSE(content.ok());
    CHECK(content.error().code() == c.code);
    CHECK_FALSE(hash_file(c.path).ok());
  }
}

TEST_CASE("a file is read up to the limit and hashed whole") {
  const TemporaryFolder folder;
  const std::string text(3000, 'x');
  const std::string path = folder.write("file", text);
  for (const std::uint64_t limit : {0U, 1U, 2999U, 3000U, 3001U}) {
    CAPTURE(limit);
    PaddedBuffer buffer;
    const auto content = read_file(path, limit, buffer);
    REQUIRE(content.ok());
    CHECK(content->size == 3000);
    CHECK(buffer.size() == std::min<std::uint64_t>(limit, 3000));
    CHECK_FALSE(content->changed);
  }
  CHECK(*hash_file(path) == sha256(text));
  CHECK(*file_identity(path) == *file_identity(path));
}

TEST_CASE("file URIs lead back to their paths") {
  CHECK(file_uri("/srv/a b/ü.md") == "file:///srv/a%20b/%C3%BC.md");
  CHECK(file_uri("/srv/./x/../y") == "file:///srv/y");
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    std::string path = "/r";
    for (int i = 0; i < 20; ++i) path += static_cast<char>(1 + random() % 255);
    std::string clean;
    for (const char c : path) clean += c == '.' ? 'd' : c;
    const std::string normal = fs::path(clean).lexically_normal().string();
    CHECK(path_of_file_uri(file_uri(clean)) == normal);
  }
  for (const std::string bad :
       {"http://x/y", "file://host/x", "file:///a%2", "file:///a%zz", "file:///a%00b", "", "/x"}) {
    CAPTURE(bad);
    CHECK_FALSE(path_of_file_uri(bad).has_value());
  }
}

TEST_CASE("a walk meets each file once and follows no link") {
  const TemporaryFolder folder;
  folder.write("b.md", "");
  folder.write("a/1.md", "");
  folder.write("a/c/2.md", "");
  fs::create_directory_symlink(folder.path(), folder.at("a/loop"));
  fs::create_symlink(folder.at("b.md"), folder.at("link.md"));
  REQUIRE(::mkfifo(folder.at("fifo").c_str(), 0600) == 0);
  std::vector<std::string> seen;
  const auto walked = walk_files(
      folder.path(),
      [&](const std::string& path) {
        seen.push_back(path.substr(folder.path().size() + 1));
        return true;
      },
      [](const Error&) { FAIL("no trouble is expected"); });
  REQUIRE(walked.ok());
  CHECK(seen == std::vector<std::string>{"b.md", "a/1.md", "a/c/2.md"});
  std::size_t count = 0;
  CHECK(walk_files(
            folder.path(), [&](const std::string&) { return ++count < 2; }, [](const Error&) {})
            .ok());
  CHECK(count == 2);
  CHECK(walk_files(folder.at("none"), [](const std::string&) { return true; }, {}).error().code() ==
        ErrorCode::kNotFound);
}

}  // namespace credence
