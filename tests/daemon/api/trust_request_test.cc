#include "daemon/api/trust_request.h"

#include <string>

#include <doctest/doctest.h>

#include "daemon/api/hex_digest.h"

namespace credence {
namespace {

const std::string kA(64, 'a');
const std::string kOne = std::string(62, '0') + "1f";

std::string subject(const std::string& digest) { return "{\"digest\":\"" + digest + "\"}"; }

TEST_CASE("a valid trust request is read") {
  struct Case {
    const char* name;
    std::string body;
    std::size_t digests;
    std::size_t subjects;
    OnMiss on_miss = OnMiss::kDefault;
    std::optional<std::uint32_t> deadline_ms = {};
  };
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += (i > 0 ? "," : "") + subject(kA);
  const Case cases[] = {
      {"one digest", "{\"subjects\":[" + subject(kA) + "]}", 1, 0},
      {"digests, prefix, upper case",
       "{\"subjects\":[" + subject("sha256:" + kA) + "," + subject(std::string(64, 'F')) + "]}", 2,
       0},
      {"blanks as Python writes them",
       "{\"subjects\": [{\"digest\": \"" + kA + "\"}, {\"digest\": \"" + kOne + "\"}]}\n", 2, 0},
      {"digests with on_miss", "{\"subjects\":[" + subject(kA) + "],\"on_miss\":\"allow\"}", 1, 0,
       OnMiss::kAllow},
      {"an escape in a key", "{\"subj\\u0065cts\":[" + subject(kA) + "]}", 1, 0},
      {"text", R"({"subjects":[{"text":"hello"}]})", 0, 1},
      {"empty text", R"({"subjects":[{"text":""}]})", 0, 1},
      {"NUL in text", R"({"subjects":[{"text":"a\u0000b"}]})", 0, 1},
      {"mixed and combined",
       R"({"subjects":[{"uri":"file:///a","text":"x"},{"id":"c/1"},)" + subject(kA) + "]}", 0, 3},
      {"on_miss before the subjects", R"({"on_miss":"pending","subjects":[{"id":"c/1"}]})", 0, 1,
       OnMiss::kPending},
      {"deadline", R"({"deadline_ms":60000,"on_miss":"scan","subjects":[{"id":"c/1"}]})", 0, 1,
       OnMiss::kScan, 60'000},
      {"10,000 subjects", "{\"subjects\":[" + many + "]}", 10'000, 0},
  };
  TrustRequestParser parser;
  TrustRequest request;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const PaddedBuffer body = PaddedBuffer::copy_of(c.body);
    const auto parsed = parser.parse(body.view(), request);
    CHECK_MESSAGE(parsed, (parsed ? "" : parsed.error().message()));
    CHECK(request.digests.size() == c.digests);
    CHECK(request.subjects.size() == c.subjects);
    CHECK(request.on_miss == c.on_miss);
    CHECK(request.deadline_ms == c.deadline_ms);
  }
}

TEST_CASE("an unacceptable trust request is refused with the place") {
  struct Case {
    const char* name;
    std::string body;
    const char* message;
  };
  std::string many = subject(kA);
  for (int i = 0; i < 10'000; ++i) many += "," + subject(kA);
  const Case cases[] = {
      {"empty body", "", "not valid JSON"},
      {"no JSON", "subjects", "not valid JSON"},
      {"cut short", "{\"subjects\":[" + subject(kA), "not valid JSON"},
      {"something behind", "{\"subjects\":[" + subject(kA) + "]}x", "not valid JSON"},
      {"two documents", "{\"subjects\":[" + subject(kA) + "]}{}", "not valid JSON"},
      {"an array", "[]", "must be an object"},
      {"unknown key", R"({"subjects":[{"id":"a"}],"colour":1})", "unknown key \"colour\""},
      {"unknown key with a control character", "{\"subjects\":[{\"id\":\"a\"}],\"a\\u0007\":1}",
       "unknown key \"a\\u{7}\""},
      {"unknown key of a subject", R"({"subjects":[{"id":"a"},{"sha":"b"}]})",
       "subjects[1]: unknown key \"sha\""},
      {"subjects missing", "{}", "\"subjects\" is missing"},
      {"subjects empty", R"({"subjects":[]})", "\"subjects\" is empty"},
      {"subjects twice", R"({"subjects":[{"id":"a"}],"subjects":[{"id":"b"}]})", "given twice"},
      {"subjects no array", R"({"subjects":{}})", "must be an array"},
      {"a subject no object", R"({"subjects":["a"]})", "subjects[0]: must be an object"},
      {"a subject empty", R"({"subjects":[{}]})", "subjects[0]: needs one of"},
      {"digest too short", "{\"subjects\":[" + subject(kA.substr(1)) + "]}", "must be a SHA-256"},
      {"digest too long", "{\"subjects\":[" + subject(kA + "a") + "]}", "must be a SHA-256"},
      {"digest with a letter beyond f", "{\"subjects\":[" + subject("g" + kA.substr(1)) + "]}",
       "must be a SHA-256"},
      {"digest a number", R"({"subjects":[{"digest":1}]})", "\"digest\" must be a string"},
      {"digest twice", "{\"subjects\":[{\"digest\":\"" + kA + "\",\"digest\":\"" + kA + "\"}]}",
       "given twice"},
      {"text null", R"({"subjects":[{"text":null}]})", "\"text\" must be a string"},
      {"text twice", R"({"subjects":[{"text":"a","text":"b"}]})", "given twice"},
      {"uri empty", R"({"subjects":[{"uri":""}]})", "must have 1 to 8192 bytes"},
      {"uri too long", "{\"subjects\":[{\"uri\":\"" + std::string(8193, 'u') + "\"}]}",
       "must have 1 to 8192 bytes"},
      {"id too long", "{\"subjects\":[{\"id\":\"" + std::string(4097, 'u') + "\"}]}",
       "must have 1 to 4096 bytes"},
      {"on_miss unknown", R"({"subjects":[{"id":"a"}],"on_miss":"maybe"})", "\"on_miss\" must be"},
      {"on_miss twice", R"({"on_miss":"deny","on_miss":"allow","subjects":[{"id":"a"}]})",
       "given twice"},
      {"deadline negative", R"({"subjects":[{"id":"a"}],"deadline_ms":-1})", "whole number"},
      {"deadline too large", R"({"subjects":[{"id":"a"}],"deadline_ms":60001})", "whole number"},
      {"deadline a fraction", R"({"subjects":[{"id":"a"}],"deadline_ms":1.5})", "whole number"},
      {"10,001 subjects", "{\"subjects\":[" + many + "]}", "more than 10000"},
      {"invalid UTF-8", "{\"subjects\":[{\"text\":\"\xC3\x28\"}]}", "not valid JSON"},
      {"a raw NUL", std::string("{\"subjects\":[{\"text\":\"a\0b\"}]}", 30), "not valid JSON"},
      {"nested too deep", "{\"subjects\":" + std::string(2000, '[') + std::string(2000, ']') + "}",
       "not valid JSON"},
  };
  TrustRequestParser parser;
  TrustRequest request;
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const PaddedBuffer body = PaddedBuffer::copy_of(c.body);
    const auto parsed = parser.parse(body.view(), request);
    CHECK(!parsed);
    if (parsed) continue;
    CHECK(parsed.error().code() == ErrorCode::kInvalidArgument);
    CAPTURE(parsed.error().message());
    CHECK(parsed.error().message().find(c.message) != std::string::npos);
  }
}

TEST_CASE("hexadecimal digits are read as Digest::parse reads them") {
  const std::string base = "00112233445566778899aabbccddeeff0123456789ABCDEFfedcba9876543210";
  for (std::size_t place = 0; place < base.size(); ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = base;
      text[place] = static_cast<char>(c);
      const auto expected = Digest::parse(text);
      Digest digest;
      const bool good = parse_hex_digest(text.data(), digest);
      CHECK(good == expected.has_value());
      if (good && expected) CHECK(digest == *expected);
    }
  }
}

}  // namespace
}  // namespace credence
