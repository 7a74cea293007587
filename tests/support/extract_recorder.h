#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/core/clock.h"
#include "scanners/core/coverage.h"
#include "scanners/core/finding.h"
#include "scanners/core/scan_sink.h"
#include "scanners/extract/extractor.h"

namespace credence {

// What an extractor delivered, kept for comparison.
struct Extraction final : ChunkSink, ScanSink {
  struct Text {
    Channel channel;
    std::string locator;
    std::string text;
    ByteSpan source;  // of the whole text
    bool operator==(const Text&) const = default;
  };
  struct Embedded {
    std::string name;
    std::string bytes;
    bool operator==(const Embedded&) const = default;
  };
  struct Gap {
    Coverage coverage;
    CoverageReason reason;
    std::string detail;
    bool operator==(const Gap&) const = default;
  };

  std::vector<Text> texts;
  std::vector<Embedded> embeddings;
  std::vector<Finding> findings;
  std::vector<Gap> gaps;
  bool failed = false;

  bool chunk(Chunk chunk) override {
    const std::string_view text = chunk.text.text();
    texts.push_back(
        {chunk.channel, chunk.locator, std::string(text), chunk.map.to_source({0, text.size()})});
    return true;
  }
  bool embedded(std::string_view name, PaddedBuffer bytes) override {
    embeddings.push_back({std::string(name), std::string(bytes.view().text())});
    return true;
  }
  void add(Finding finding) override { findings.push_back(std::move(finding)); }
  void lower_coverage(Coverage coverage, CoverageReason reason, LayerId,
                      std::string_view detail) override {
    gaps.push_back({coverage, reason, std::string(detail)});
  }
  void request_decoding(Decoding, ByteSpan) override {}

  // All text of a channel, a line a chunk.
  [[nodiscard]] std::string all(Channel channel) const {
    std::string out;
    for (const Text& text : texts) {
      if (text.channel == channel) out += text.text + "\n";
    }
    return out;
  }
  [[nodiscard]] bool has(Channel channel, std::string_view part) const {
    return all(channel).find(part) != std::string::npos;
  }
  [[nodiscard]] bool found(FindingCode code) const {
    return std::any_of(findings.begin(), findings.end(),
                       [code](const Finding& finding) { return finding.code == code; });
  }
  [[nodiscard]] bool lowered(CoverageReason reason) const {
    return std::any_of(gaps.begin(), gaps.end(),
                       [reason](const Gap& gap) { return gap.reason == reason; });
  }
  // Whether every span lies inside a layer of `size` bytes.
  [[nodiscard]] bool spans_inside(std::uint64_t size) const {
    return std::all_of(texts.begin(), texts.end(),
                       [size](const Text& text) { return text.source.end() <= size; }) &&
           std::all_of(findings.begin(), findings.end(),
                       [size](const Finding& finding) { return finding.span.end() <= size; });
  }
};

// Runs `extractor` over `bytes`.
[[nodiscard]] inline Extraction extract_all(const Extractor& extractor, MediaKind kind,
                                            std::string_view bytes, const Limits& limits = {},
                                            const Clock& clock = SystemClock()) {
  Extraction out;
  const PaddedBuffer buffer = PaddedBuffer::copy_of(bytes);
  Layer layer;
  layer.kind = kind;
  layer.bytes = buffer.view();
  Budget budget(limits, clock, bytes.size());
  out.failed = !extractor.extract(layer, RecordOptions(), budget, out, out).ok();
  return out;
}

}  // namespace credence
