#include <string>

#include <doctest/doctest.h>

#include "scanners/core/byte_reader.h"
#include "scanners/core/digest.h"
#include "scanners/core/finding.h"
#include "scanners/core/json_writer.h"
#include "scanners/core/media_kind.h"
#include "scanners/core/padded_buffer.h"
#include "scanners/core/utf8.h"

namespace credence {

TEST_CASE("digests parse their own text form and nothing else") {
  Digest digest;
  for (std::size_t i = 0; i < Digest::kSize; ++i)
    digest.bytes[i] = static_cast<std::uint8_t>(i * 7);
  CHECK(Digest::parse(digest.hex()) == digest);
  CHECK(Digest::parse(digest.uri()) == digest);
  const std::string hex = digest.hex();
  CHECK_FALSE(Digest::parse(hex.substr(1)));
  CHECK_FALSE(Digest::parse(hex + "0"));
  for (std::size_t i = 0; i < hex.size(); ++i) {
    std::string bad = hex;
    bad[i] = 'g';
    CAPTURE(i);
    CHECK_FALSE(Digest::parse(bad));
  }
}

TEST_CASE("JSON strings are escaped and always valid UTF-8") {
  const struct {
    const char* name;
    std::string text;
    std::string json;
  } cases[] = {
      {"plain", "abc", "\"abc\""},
      {"quotes and backslash", "a\"b\\", "\"a\\\"b\\\\\""},
      {"control", std::string("\n\x01\x7f", 3), "\"\\n\\u0001\\u007f\""},
      {"two, three, four bytes", "é€😀", "\"é€😀\""},
      {"lone continuation", "a\x80z", "\"a\xEF\xBF\xBDz\""},
      {"overlong", "\xC0\xAF", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"surrogate", "\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
      {"cut", "\xE2\x82", "\"\xEF\xBF\xBD\xEF\xBF\xBD\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    std::string out;
    append_json_string(out, c.text);
    CHECK(out == c.json);
  }
}

TEST_CASE("the JSON writer sets commas") {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .member("a", 1)
      .key("b")
      .begin_array()
      .value(true)
      .null()
      .value(0.5)
      .end_array();
  json.key("c").begin_object().end_object().member("d", "x").end_object();
  CHECK(out == R"({"a":1,"b":[true,null,0.5],"c":{},"d":"x"})");
}

TEST_CASE("printable text shows what would vanish") {
  CHECK(printable("a\u200Bb", 100) == "a\\u{200b}b");
  CHECK(printable("a \n\t b ", 100) == "a b");
  CHECK(printable("\x1b[8m", 100) == "\\u{1b}[8m");
  CHECK(printable("abc\xFF", 100) == "abc\\xff");
  CHECK(printable("abcdefgh", 6) == "abc…");
}

TEST_CASE("cuts of UTF-8 fall between characters") {
  const std::string text = "aé日😀b";  // begin at 0, 1, 3, 6, 10
  const std::size_t floors[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  const std::size_t ceils[] = {0, 1, 3, 3, 6, 6, 6, 10, 10, 10, 10, 11, 11};
  for (std::size_t at = 0; at < std::size(floors); ++at) {
    CAPTURE(at);
    CHECK(utf8_floor(text, at) == floors[at]);
    CHECK(utf8_ceil(text, at) == ceils[at]);
  }
}

TEST_CASE("a byte reader never moves past the end") {
  ByteReader reader(std::string_view("\x01\x02\x03\x04\x05", 5));
  CHECK(reader.little<std::uint16_t>() == 0x0201);
  CHECK(reader.big<std::uint16_t>() == 0x0304);
  CHECK_FALSE(reader.little<std::uint32_t>());
  CHECK(reader.position() == 4);
  CHECK_FALSE(reader.skip(2));
  CHECK_FALSE(reader.seek(6));
  CHECK(reader.text(1) == "\x05");
  CHECK(reader.at_end());
  CHECK_FALSE(reader.bytes(~std::uint64_t{0}));
}

TEST_CASE("padded buffers keep zeroes behind their bytes") {
  PaddedBuffer buffer = PaddedBuffer::copy_of("hello");
  buffer.append(std::string(1000, 'x'));
  const PaddedView view = buffer.view();
  CHECK(view.size() == 1005);
  CHECK(view.text().starts_with("hellox"));
  for (std::size_t i = 0; i < PaddedBuffer::kPadding; ++i) CHECK(view.data()[view.size() + i] == 0);
  CHECK(view.subview(1000).size() == 5);
  CHECK(view.subview(2000).empty());
  CHECK(PaddedView().text().empty());
}

TEST_CASE("catalogue and media kinds find their rows by name") {
  for (const FindingInfo& row : finding_catalogue()) {
    CHECK(parse_finding_code(row.id) == row.code);
    CHECK(info(row.code).id == row.id);
  }
  CHECK(info(MediaKind::kPdf).needs_sandbox);
  CHECK_FALSE(info(MediaKind::kHtml).needs_sandbox);
  CHECK(parse_media_kind("docx") == MediaKind::kDocx);
}

}  // namespace credence
