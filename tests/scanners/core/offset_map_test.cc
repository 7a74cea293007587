#include "scanners/core/offset_map.h"

#include <doctest/doctest.h>

namespace credence {

TEST_CASE("an identity map adds its offset") {
  const OffsetMap map = OffsetMap::identity(100);
  CHECK(map.to_source({5, 7}) == ByteSpan{105, 7});
}

TEST_CASE("spans map through copied, replaced and inserted pieces") {
  OffsetMap map;  // "a&amp;b" -> "a&b", then an inserted newline, then "cd"
  map.copied(0, 1);
  map.replaced(1, {1, 5});
  map.copied(6, 1);
  map.replaced(1, {7, 0});
  map.copied(20, 2);
  const struct {
    const char* name;
    ByteSpan derived;
    ByteSpan source;
  } cases[] = {
      {"copied byte", {0, 1}, {0, 1}},
      {"part of a replacement is all of its source", {1, 1}, {1, 5}},
      {"across", {0, 3}, {0, 7}},
      {"inserted text alone", {3, 1}, {7, 0}},
      {"inserted text beside copied", {2, 2}, {6, 1}},
      {"tail", {4, 2}, {20, 2}},
      {"inside a copy", {5, 1}, {21, 1}},
      {"clipped past the end", {4, 100}, {20, 2}},
      {"empty at the end", {6, 0}, {22, 0}},
      {"empty inside", {5, 0}, {21, 0}},
      {"everything", {0, 6}, {0, 22}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(map.to_source(c.derived) == c.source);
  }
  CHECK(map.size() == 6);
}

TEST_CASE("reversed text is a map too") {
  OffsetMap map;
  for (std::uint64_t i = 10; i-- > 0;) map.replaced(1, {i, 1});
  CHECK(map.to_source({0, 3}) == ByteSpan{7, 3});
  CHECK(map.to_source({9, 1}) == ByteSpan{0, 1});
}

}  // namespace credence
