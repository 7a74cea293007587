#include <string>

#include <doctest/doctest.h>

#include "daemon/api/auth.h"
#include "daemon/api/event_bus.h"
#include "daemon/api/query_string.h"
#include "daemon/api/routes.h"
#include "daemon/api/trust_answer.h"
#include "provenance/crypto/sha256.h"

namespace credence {
namespace {

std::string line(const char* name, const char* scopes, const char* secret) {
  return std::string(name) + ":" + scopes + ":" + sha256(secret).hex() + "\n";
}

TEST_CASE("a token is known by its hash and allows its scopes") {
  const auto tokens =
      TokenSet::parse("# people\n\n" + line("rag", "trust", "s3cret") +
                      line("ci", "scan,trust", "other") + line("ops", "admin", "root"));
  REQUIRE(tokens);
  CHECK(tokens->size() == 3);
  struct Case {
    const char* name;
    const char* header;
    const char* token;  // null: none
    bool trust, scan, admin;
  };
  const Case cases[] = {
      {"trust", "Bearer s3cret", "rag", true, false, false},
      {"scheme in another case", "bEARER s3cret", "rag", true, false, false},
      {"two scopes", "Bearer other", "ci", true, true, false},
      {"admin includes all", "Bearer root", "ops", true, true, true},
      {"unknown", "Bearer s3creT", nullptr, false, false, false},
      {"empty", "Bearer ", nullptr, false, false, false},
      {"no scheme", "s3cret", nullptr, false, false, false},
      {"another scheme", "Basic s3cret", nullptr, false, false, false},
      {"nothing", "", nullptr, false, false, false},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto* token = tokens->find(c.header, sha256);
    CHECK((token != nullptr) == (c.token != nullptr));
    if (token == nullptr || c.token == nullptr) continue;
    CHECK(token->name == c.token);
    CHECK(token->allows(Permission::kTrust) == c.trust);
    CHECK(token->allows(Permission::kScan) == c.scan);
    CHECK(token->allows(Permission::kAdmin) == c.admin);
  }
}

TEST_CASE("a bad token file is refused with its line") {
  struct Case {
    const char* name;
    std::string text;
  };
  const Case cases[] = {
      {"no colon", "rag\n"},
      {"one colon", "rag:trust\n"},
      {"unknown scope", line("rag", "all", "x")},
      {"empty scope", line("rag", "trust,", "x")},
      {"no name", line("", "trust", "x")},
      {"blank in the name", line("a b", "trust", "x")},
      {"plain secret instead of its hash", "rag:trust:s3cret\n"},
      {"name twice", line("rag", "trust", "x") + line("rag", "trust", "y")},
      {"hash twice", line("rag", "trust", "x") + line("ci", "scan", "x")},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto tokens = TokenSet::parse(c.text);
    CHECK(!tokens);
    if (!tokens) CHECK(tokens.error().message().find("line ") != std::string::npos);
  }
}

TEST_CASE("queries decode strictly") {
  struct Case {
    const char* name;
    const char* query;
    bool good;
    const char* first;
  };
  const Case cases[] = {
      {"plain", "uri=a&x=1", true, "a"},
      {"escapes", "uri=%2Fa%20b+c", true, "/a b c"},
      {"UTF-8", "uri=%C3%A9", true, "\xC3\xA9"},
      {"no value", "uri", true, ""},
      {"cut escape", "uri=%2", false, ""},
      {"bad escape", "uri=%zz", false, ""},
      {"NUL", "uri=a%00", false, ""},
      {"overlong", "uri=%C0%AF", false, ""},
      {"surrogate", "uri=%ED%A0%80", false, ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const auto params = parse_query(c.query);
    CHECK(params.has_value() == c.good);
    if (params && c.good) CHECK(params->front().second == c.first);
  }
}

TEST_CASE("paths lead to routes") {
  const std::string hex(64, 'a');
  struct Case {
    const char* name;
    Method method;
    std::string path;
    std::optional<RouteId> route;
    ProblemKind problem = ProblemKind::kNotFound;
    const char* allow = "";
  };
  const Case cases[] = {
      {"trust", Method::kPost, "/v1/trust", RouteId::kTrust},
      {"HEAD for GET", Method::kHead, "/healthz", RouteId::kHealth},
      {"digest", Method::kGet, "/v1/verdicts/" + hex, RouteId::kVerdict},
      {"digest with prefix", Method::kGet, "/v1/verdicts/sha256:" + hex, RouteId::kVerdict},
      {"digest with escaped prefix", Method::kGet, "/v1/verdicts/sha256%3A" + hex,
       RouteId::kVerdict},
      {"override", Method::kPost, "/v1/verdicts/" + hex + "/override", RouteId::kOverride},
      {"delete", Method::kPost, "/v1/quarantine/" + hex + "/delete", RouteId::kQuarantineDelete},
      {"no digest", Method::kGet, "/v1/verdicts/", {}},
      {"bad digest", Method::kGet, "/v1/verdicts/abc", {}, ProblemKind::kBadRequest},
      {"wrong method", Method::kGet, "/v1/trust", {}, ProblemKind::kMethodNotAllowed, "POST"},
      {"unknown method",
       Method::kOther,
       "/healthz",
       {},
       ProblemKind::kMethodNotAllowed,
       "GET, HEAD"},
      {"trailing slash", Method::kPost, "/v1/trust/", {}},
      {"dots", Method::kGet, "/v1/../healthz", {}},
      {"root", Method::kGet, "/", {}},
      {"empty", Method::kGet, "", {}},
      {"more behind", Method::kPost, "/v1/verdicts/" + hex + "/override/x", {}},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    const RouteMatch match = match_route(c.method, c.path);
    CHECK((match.route != nullptr) == c.route.has_value());
    if (match.route != nullptr && c.route) {
      CHECK(match.route->id == *c.route);
      CHECK(match.digest.has_value() == match.route->has_digest);
    } else {
      CHECK(match.problem.kind == c.problem);
      CHECK(match.allow == c.allow);
    }
  }
}

TEST_CASE("answers are written as JSON") {
  struct Case {
    const char* name;
    TrustAnswer answer;
    const char* json;
  };
  TrustAnswer plain;
  plain.verdict = Verdict::kNothingFound;
  plain.disposition = Disposition::kAllow;
  plain.matched_by = MatchedBy::kDigest;
  TrustAnswer stale = plain;
  stale.stale = true;
  TrustAnswer full;
  full.verdict = Verdict::kMalicious;
  full.matched_by = MatchedBy::kText;
  full.score = 65'535;
  full.reason_count = 2;
  full.reasons = {FindingCode::kInstructionOverride, FindingCode::kToolHijack};
  TrustAnswer half = plain;
  half.score = 32'768;
  TrustAnswer least = plain;
  least.score = 66;
  TrustAnswer pending;
  pending.pending = true;
  const Case cases[] = {
      {"plain", plain,
       R"({"disposition":"allow","verdict":"nothing_found","score":0,"reasons":[],"stale":false,"matched_by":"digest"})"},
      {"stale", stale,
       R"({"disposition":"allow","verdict":"nothing_found","score":0,"reasons":[],"stale":true,"matched_by":"digest"})"},
      {"full", full,
       R"({"disposition":"deny","verdict":"malicious","score":1,"reasons":["CRD-INJ-001","CRD-INJ-006"],"stale":false,"matched_by":"text"})"},
      {"half", half,
       R"({"disposition":"allow","verdict":"nothing_found","score":0.5,"reasons":[],"stale":false,"matched_by":"digest"})"},
      {"thousandth", least,
       R"({"disposition":"allow","verdict":"nothing_found","score":0.001,"reasons":[],"stale":false,"matched_by":"digest"})"},
      {"pending", pending,
       R"({"disposition":"deny","verdict":"undetermined","score":0,"reasons":[],"stale":false,"matched_by":"none","pending":true})"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string out;
    append_answer(out, c.answer);
    CHECK(out == c.json);
  }
}

// Monotone: one identity more never gives a milder answer.
TEST_CASE("the strictest identity holds") {
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      TrustAnswer first;
      first.disposition = static_cast<Disposition>(a);
      first.matched_by = MatchedBy::kDigest;
      TrustAnswer second = first;
      second.disposition = static_cast<Disposition>(b);
      second.matched_by = MatchedBy::kUri;
      second.stale = true;
      TrustAnswer both;
      combine(both, first);
      combine(both, second);
      CHECK(both.disposition == static_cast<Disposition>(std::max(a, b)));
      CHECK(both.matched_by == (b > a ? MatchedBy::kUri : MatchedBy::kDigest));
      CHECK(both.stale);
    }
  }
}

TEST_CASE("the event bus keeps the newest events in order") {
  Metrics metrics;
  EventBus bus(3, 10, metrics);
  CHECK(bus.newest() == 9);
  int woken = 0;
  {
    const auto subscription = bus.subscribe([&] { ++woken; });
    for (int i = 0; i < 5; ++i) bus.publish("verdict", "{\"n\":" + std::to_string(i) + "}");
  }
  bus.publish("verdict", "{}");
  CHECK(woken == 5);
  CHECK(bus.newest() == 15);

  struct Case {
    const char* name;
    std::uint64_t after;
    bool gap;
    std::uint64_t last;
  };
  const Case cases[] = {
      {"up to date", 15, false, 15},        {"one behind", 14, false, 15},
      {"as far as is kept", 12, false, 15}, {"further than is kept", 11, true, 15},
      {"of an earlier start", 0, true, 15}, {"from the future", 16, true, 15},
  };
  for (const Case& c : cases) {
    CAPTURE(c.name);
    std::string text;
    const EventBus::Page page = bus.read(c.after, 1 << 20, text);
    CHECK(page.gap == c.gap);
    CHECK(page.last == c.last);
  }
  std::string text;
  const EventBus::Page page = bus.read(14, 1 << 20, text);
  CHECK(text == "id: 15\nevent: verdict\ndata: {}\n\n");
  CHECK(page.last == 15);
  std::string small;
  CHECK(bus.read(12, 1, small).last == 13);
}

}  // namespace
}  // namespace credence
