#include "index/record/codec.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace credence {
namespace {

using namespace std::string_view_literals;

TEST_CASE("varints have one form each") {
  struct Case {
    const char* name;
    std::uint64_t value;
    std::string_view bytes;
  };
  const Case cases[] = {
      {"zero", 0, "\x00"sv},
      {"last of one byte", 127, "\x7F"sv},
      {"first of two bytes", 128, "\x80\x01"sv},
      {"last of two bytes", 16383, "\xFF\x7F"sv},
      {"first of three bytes", 16384, "\x80\x80\x01"sv},
      {"32 bits", 0xFFFFFFFFULL, "\xFF\xFF\xFF\xFF\x0F"sv},
      {"largest", std::numeric_limits<std::uint64_t>::max(),
       "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"sv},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const std::string bytes = std::move(Encoder(1).varint(c.value)).take();
    CHECK(bytes.substr(1) == c.bytes);
    Decoder in(c.bytes);
    CHECK(in.varint() == c.value);
    CHECK(in.finished());
  }
}

TEST_CASE("what no encoder writes is refused") {
  struct Case {
    const char* name;
    std::string_view bytes;
  };
  const Case cases[] = {
      {"empty", ""sv},
      {"cut", "\x80"sv},
      {"zero in two bytes", "\x80\x00"sv},
      {"127 in two bytes", "\xFF\x00"sv},
      {"65 bits", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02"sv},
      {"eleven bytes", "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"sv},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    Decoder in(c.bytes);
    CHECK(in.varint() == 0);
    CHECK(in.failed());
    CHECK_FALSE(in.finished());
  }
}

TEST_CASE("a text longer than the bytes is refused, one that ends with them is not") {
  Decoder fits(
      "\x03"
      "abc"sv);
  CHECK(fits.text() == "abc");
  CHECK(fits.finished());
  Decoder cut(
      "\x04"
      "abc"sv);
  CHECK(cut.text().empty());
  CHECK(cut.failed());
  Decoder huge(
      "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"
      "abc"sv);
  CHECK(huge.text().empty());
  CHECK(huge.failed());
}

TEST_CASE("a failed decoder stays failed and reads zeros") {
  Decoder in("\x01\x02"sv);
  CHECK(in.fixed32() == 0);
  CHECK(in.byte() == 0);
  CHECK(in.digest() == Digest{});
  CHECK_FALSE(in.finished());
}

TEST_CASE("fixed integers are little-endian") {
  const std::string bytes =
      std::move(Encoder(9).fixed32(0x01020304).fixed64(0x05060708090A0B0CULL)).take();
  CHECK(bytes == "\x09\x04\x03\x02\x01\x0C\x0B\x0A\x09\x08\x07\x06\x05"sv);
}

}  // namespace
}  // namespace credence
