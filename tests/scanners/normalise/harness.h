#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "scanners/core/clock.h"
#include "scanners/core/utf8.h"
#include "scanners/normalise/normaliser.h"

namespace credence::test {

class RecordingSink final : public ScanSink {
 public:
  void add(Finding finding) override { findings.push_back(std::move(finding)); }
  void lower_coverage(Coverage, CoverageReason reason, LayerId, std::string_view) override {
    reasons.push_back(reason);
  }
  void request_decoding(Decoding, ByteSpan) override {}

  std::vector<Finding> findings;
  std::vector<CoverageReason> reasons;
};

inline const Normaliser& normaliser() {
  static const std::unique_ptr<Normaliser> instance = Normaliser::create().value();
  return *instance;
}

// One text, normalised.
struct Normalised {
  explicit Normalised(std::string_view text, const Limits& with = {})
      : limits(with), chunk(Chunk::owned(PaddedBuffer::copy_of(text), OffsetMap::identity())) {
    Budget budget(limits, clock, text.size());
    normaliser().normalise(chunk, 0, budget, views, sink);
  }

  [[nodiscard]] std::string_view canonical() const { return views.views()[0].text.text(); }

  // The first view of `decoding` that holds `text`.
  [[nodiscard]] const TextView* find(Decoding decoding, std::string_view text) const {
    for (const TextView& view : views.views()) {
      if (view.decoding == decoding && view.text.text().find(text) != std::string_view::npos) {
        return &view;
      }
    }
    return nullptr;
  }

  // The first finding of `code`.
  [[nodiscard]] const Finding* find(FindingCode code) const {
    const auto it = std::find_if(sink.findings.begin(), sink.findings.end(),
                                 [code](const Finding& finding) { return finding.code == code; });
    return it == sink.findings.end() ? nullptr : &*it;
  }

  // Where `part` of `view` came from in the chunk.
  [[nodiscard]] static ByteSpan source_of(const TextView& view, std::string_view part) {
    const std::size_t at = view.text.text().find(part);
    REQUIRE(at != std::string_view::npos);
    return view.map->to_source({at, part.size()});
  }

  SystemClock clock;
  Limits limits;
  Chunk chunk;
  Normaliser::Views views;
  RecordingSink sink;
};

// UTF-8 of code points.
inline std::string utf8(std::u32string_view points) {
  std::string out;
  for (const char32_t c : points) append_utf8(out, c);
  return out;
}

}  // namespace credence::test
