#include "tests/scanners/normalise/encoders.h"
#include "tests/scanners/normalise/harness.h"

namespace credence::test {

TEST_CASE("clean text is its own canonical form, without a copy") {
  const struct {
    std::string name;
    std::string text;
  } cases[] = {
      {"empty", ""},
      {"ASCII", "Plain text.\nWith lines\tand tabs."},
      {"zero byte", std::string("a\0b", 3)},
      {"French", "déjà vu, œuvre"},
      {"Russian", "Съешь ещё этих мягких французских булок"},
      {"Chinese", "人人生而自由"},
      {"Korean", "모든 인간은"},
      {"Thai", "น้ำ"},
      {"Lao", "ນ້ຳ"},
      {"Arabic with marks", "الْحَمْدُ"},
      {"Hindi", "क्षत्रिय"},
      {"emoji", "😀👍🏽"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Normalised result(c.text);
    CHECK(result.canonical() == c.text);
    CHECK(result.views.views()[0].text.data() == result.chunk.text.data());
    CHECK(result.views.views()[0].map->is_identity());
    CHECK(result.views.views()[0].decoding == Decoding::kNone);
  }
}

TEST_CASE("canonical text is NFKC without what cannot be seen") {
  const struct {
    std::string name;
    std::string text;
    std::string expected;
  } cases[] = {
      {"no-break space", "a\u00A0b", "a b"},
      {"thin and ideographic spaces", "a\u2009b\u3000c\u202Fd", "a b c d"},
      {"line separator", "a\u2028b\u0085c", "a\nb\nc"},
      {"zero-width space", "ig\u200Bnore", "ignore"},
      {"soft hyphen", "ig\u00ADnore", "ignore"},
      {"byte order mark", "\uFEFFa", "a"},
      {"tag", "a\U000E0041b", "ab"},
      {"variation selector", "❤\uFE0F", "❤"},
      {"Persian joiner", "می\u200Cخواهم", "میخواهم"},
      {"fullwidth", "ａｂ！", "ab!"},
      {"ligature", "ﬁn", "fin"},
      {"mathematical", "𝐢𝐠𝐧", "ign"},
      {"composed", "e\u0301", "é"},
      {"composed once nothing is between", "e\u200D\u0301", "é"},
      {"reordered marks", "a\u0315\u0300", "à\u0315"},
      {"Hangul letters", "\u1112\u1161\u11AB", "한"},
      {"Arabic presentation form", "\uFEB3", "س"},
      {"mark first", "\u0301a", "\u0301a"},
      {"invalid byte",
       "a\xFF"
       "b",
       "a\uFFFDb"},
      {"cut sequence", "a\xE2\x82", "a\uFFFD\uFFFD"},
      {"overlong", "\xC0\xAF", "\uFFFD\uFFFD"},
      {"surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
      {"past the last", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"only invisible", "\u200B\u200B", ""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    const Normalised result(c.text);
    CHECK(result.canonical() == c.expected);
    if (!c.expected.empty()) {
      const ByteSpan all = result.views.views()[0].map->to_source({0, result.canonical().size()});
      CHECK(all.end() <= c.text.size());
    }
  }
}

TEST_CASE("canonical text maps character by character") {
  const Normalised result("x\u00A0ﬁ\u200Be\u0301z");
  REQUIRE(result.canonical() == "x fi\u00E9z");
  const OffsetMap& map = *result.views.views()[0].map;
  CHECK(map.to_source({0, 1}) == ByteSpan{0, 1});
  CHECK(map.to_source({1, 1}) == ByteSpan{1, 2});
  CHECK(map.to_source({2, 2}) == ByteSpan{3, 3});
  CHECK(map.to_source({4, 2}) == ByteSpan{9, 3});
  CHECK(map.to_source({6, 1}) == ByteSpan{12, 1});
}

// The normaliser of ICU is quadratic in runs of marks; what is left of such a run is
// bounded, so the work is too.
TEST_CASE("runs of combining marks are cut") {
  const struct {
    std::string name;
    std::u32string run;
  } cases[] = {
      {"one class", U"\u0301"},
      {"descending classes", U"\u0315\u0300\u0327\u0334"},
      {"Hebrew", U"\u05B0\u05C1"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string text = "a";
    while (text.size() < 200'000) text += utf8(c.run);
    const Normalised result(text + "b");
    CHECK(result.canonical().size() < 100);
    CHECK(result.canonical().ends_with("b"));
    const Normalised short_run("a" + utf8(c.run) + "b");
    CHECK(short_run.canonical().size() <= 1 + utf8(c.run).size() + 1);
  }
  std::string vowels = "\u1100";
  while (vowels.size() < 200'000) vowels += "\u1161";
  CHECK(Normalised(vowels).canonical().size() > 190'000);
}

TEST_CASE("a map stays small where every character is replaced") {
  std::string text;
  while (text.size() < 4'000'000) text += "a\u00A0";
  const Normalised result(text);
  const OffsetMap& map = *result.views.views()[0].map;
  CHECK(map.piece_count() < 300'000);
  CHECK(map.to_source({0, 1}) == ByteSpan{0, 1});
  const std::uint64_t last = result.canonical().size() - 1;
  const ByteSpan end = map.to_source({last, 1});
  CHECK(end.end() == text.size());
  CHECK(end.length <= 2048);
}

}  // namespace credence::test
