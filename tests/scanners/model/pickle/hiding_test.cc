// Nothing is hidden behind much of something else: each limit of the scanner is passed with
// harmless things first.
#include <string>

#include <doctest/doctest.h>

#include "tests/scanners/model/pickle/scanned_pickle.h"
#include "tests/support/pickle_builder.h"

namespace credence {
namespace {

using namespace std::string_literals;
using P = PickleBuilder;

const std::string kHarmless = P(4).text("12345678").stop();
const std::string kHostile = P(4).call("os", "system", "x").stop();

P loaded(P p, std::string_view bytes) {
  return p.import("torch.storage", "_load_from_bytes").bytes(bytes).tuple(1).reduce();
}

// A state of `count` attributes, and one more.
std::string state_with(int count, std::string_view last) {
  P p(4);
  p.import("argparse", "Namespace").tuple(0).newobj().op("}(");
  for (int i = 0; i < count; ++i) p.text("k" + std::to_string(i)).op("N");
  return p.text(last).import("builtins", "list").op("u").build().stop();
}

struct Row {
  std::string name;
  std::string hostile;
  FindingCode code;
  std::string benign;  // "": the harmless things are suspicious by themselves
};

std::string unknown_names(int count, bool stacked) {
  P p(4);
  for (int i = 0; i < count; ++i) {
    p.import("lib" + std::to_string(i), "f").op(stacked ? ".\x80\x04" : "0");
  }
  return p.str();
}

}  // namespace

TEST_CASE("what is harmless hides nothing that stands behind it") {
  P decoys(4);
  for (int i = 0; i < 500; ++i) decoys.bytes(kHarmless).pop();
  const std::string text_head =
      "\x80\x02"
      "ctorch.storage\n_load_from_bytes\nc_codecs\nencode\n";
  const Row kRows[] = {
      {"constants", loaded(decoys, kHostile).stop(), FindingCode::kModelCode,
       loaded(decoys, kHarmless).stop()},
      {"names in no list", unknown_names(300, false) + kHostile.substr(2), FindingCode::kModelCode,
       ""},
      {"pickles with names in no list", unknown_names(600, true) + kHostile.substr(2),
       FindingCode::kModelCode, ""},
      {"and a call of what was made",
       unknown_names(600, true) + P(4).tuple(0).tuple(0).reduce().stop().str().substr(2),
       FindingCode::kModelComputedName, ""},
      {"attributes", state_with(60, "__setstate__"), FindingCode::kModelAlters,
       state_with(60, "state")},
      {"a pickle in bytes, the second of protocol 0",
       loaded(P(4), kHarmless + P(0).call("os", "system", "x").stop().str()).stop(),
       FindingCode::kModelCode,
       loaded(P(4), kHarmless + P(0).call("decimal", "Decimal", "x").stop().str()).stop()},
      {"bytes written as a text",
       text_head +
           "X\x17\0\0\0\xC2\x80\x02"
           "cos\nsystem\nX\1\0\0\0x"s +
           "Vlatin1\n\x86R\x85R.",
       FindingCode::kModelCode, ""},
      {"bytes written as a text with escapes",
       text_head + "V\\u0080\\u0002cos\\u000asystem\\u000a)R.\nVlatin1\n\x86R\x85R.",
       FindingCode::kModelCode, ""},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const ScannedPickle hostile(row.hostile);
    CAPTURE(hostile.text());
    CHECK(hostile.in_bounds);
    const Finding* const finding = hostile.find(row.code);
    CHECK(finding != nullptr);
    if (finding != nullptr) CHECK(finding->score > 0.85F);
    if (row.benign.empty()) continue;
    const ScannedPickle benign(row.benign);
    CAPTURE(benign.text());
    CHECK(benign.findings.empty());
    CHECK(benign.gaps.empty());
  }
}

TEST_CASE("a constant that merely begins like a pickle is none") {
  const ScannedPickle scanned(P(4).bytes("\x80\x03N\xFF\xFF\xFF\xFF\xFF"s).stop().str());
  CHECK(scanned.findings.empty());
  CHECK(scanned.gaps.empty());
}

TEST_CASE("pickles too deep within each other are said not to be examined") {
  std::string inner = kHostile;
  for (int i = 0; i < 12; ++i) inner = P(4).bytes(inner).stop();
  CHECK(ScannedPickle(inner).gaps.contains(CoverageReason::kExpansionLimit));
}

}  // namespace credence
