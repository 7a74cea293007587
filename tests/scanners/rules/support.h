#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/digest.h"
#include "scanners/rules/rule_scanner.h"
#include "scanners/rules/rule_set.h"

// What the tests of this room share.
namespace credence::testing {

// Not SHA-256, but as deterministic: enough to tell contents apart.
inline Digest toy_digest(std::span<const std::byte> bytes) {
  Digest digest;
  std::uint64_t state = 0xcbf29ce484222325ULL;
  for (std::size_t i = 0; i < bytes.size() + 4 * Digest::kSize; ++i) {
    const auto byte = i < bytes.size() ? static_cast<std::uint8_t>(bytes[i]) : std::uint8_t{0};
    state = (state ^ byte) * 0x100000001b3ULL;
    digest.bytes[i % Digest::kSize] ^= static_cast<std::uint8_t>(state >> 32);
  }
  return digest;
}

inline RuleSpec rule(std::string id, std::vector<std::string> patterns, float score = 0.9F) {
  RuleSpec spec;
  spec.id = std::move(id);
  spec.title = "a test rule";
  spec.family = "test";
  spec.source = "test.yaml:1";
  spec.score = score;
  for (std::string& pattern : patterns) spec.patterns.push_back({std::move(pattern)});
  return spec;
}

inline std::shared_ptr<const RuleSet> compile(std::vector<RuleSpec> rules) {
  return RuleSet::compile(std::move(rules), {&toy_digest, ""}).value();
}

// Keeps what is said.
struct Recorder final : ScanSink {
  struct Request {
    Decoding decoding;
    ByteSpan span;
  };
  std::vector<Finding> findings;
  std::vector<CoverageNote> notes;
  std::vector<Request> requests;

  void add(Finding finding) override { findings.push_back(std::move(finding)); }
  void lower_coverage(Coverage coverage, CoverageReason reason, LayerId layer,
                      std::string_view detail) override {
    notes.push_back({coverage, reason, layer, std::string(detail)});
  }
  void request_decoding(Decoding decoding, ByteSpan span) override {
    requests.push_back({decoding, span});
  }

  [[nodiscard]] const Finding* of_rule(std::string_view id) const {
    for (const Finding& finding : findings) {
      if (finding.rule == id && finding.code != FindingCode::kMatchStorm) return &finding;
    }
    return nullptr;
  }
};

// Scans `text` as one visible chunk.
inline Recorder scan_text(const RuleScanner& scanner, std::string_view text,
                          Channel channel = Channel::kVisible, Limits limits = {}) {
  const PaddedBuffer buffer = PaddedBuffer::copy_of(text);
  Chunk chunk = Chunk::borrowed(buffer.view());
  chunk.channel = channel;
  const TextView view{buffer.view(), nullptr, Decoding::kNone, 0};
  const Layer layer;
  const SystemClock clock;
  Budget budget(limits, clock, text.size());
  const auto scratch = scanner.make_scratch();
  Recorder recorder;
  const Subject subject{layer, &chunk, std::span(&view, 1)};
  static_cast<void>(scanner.scan(subject, budget, *scratch, recorder).ok());
  return recorder;
}

}  // namespace credence::testing
