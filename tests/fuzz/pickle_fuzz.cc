// Any bytes as a pickle: spans lie inside, texts are bounded, two runs say the same.
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "provenance/crypto/sha256.h"
#include "scanners/core/clock.h"
#include "scanners/core/result.h"
#include "scanners/model/pickle/pickle_scanner.h"

namespace credence {
namespace {

class Recorder final : public ScanSink {
 public:
  explicit Recorder(std::uint64_t size) : size_(size) {}

  void add(Finding finding) override {
    CREDENCE_CHECK(finding.span.offset <= size_);
    CREDENCE_CHECK(finding.span.length <= size_ - finding.span.offset);
    CREDENCE_CHECK(finding.evidence.size() <= Finding::kEvidenceMax);
    CREDENCE_CHECK(finding.score > 0 && finding.score <= 1);
    log += std::string(info(finding.code).id) + finding.evidence + "\n";
  }
  void lower_coverage(Coverage, CoverageReason reason, LayerId, std::string_view detail) override {
    log += std::string(to_string(reason)) + std::string(detail) + "\n";
  }
  void request_decoding(Decoding, ByteSpan) override {}

  std::string log;

 private:
  std::uint64_t size_;
};

class StoppedClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const noexcept override { return {}; }
  std::int64_t unix_ms() const noexcept override { return 0; }
};

// Enough of lists for every level to occur.
std::shared_ptr<const ReferenceSet> references() {
  ReferenceSpec spec;
  spec.safe = {{"numpy", {"dtype", "ndarray"}}, {"joblib.numpy_pickle", {"NumpyArrayWrapper"}}};
  spec.dangerous = {{"os", {}, "runs commands"}};
  GuardedReference guard;
  guard.module = "builtins";
  guard.names = {"getattr"};
  guard.calls = {{{ArgumentPattern::Kind::kConstant, {}}, {ArgumentPattern::Kind::kPickle, {}}}};
  guard.states = {{{ArgumentPattern::Kind::kSafe, {}}}};
  guard.gives = "reaches any attribute";
  spec.guarded = {guard};
  auto set = ReferenceSet::create({std::move(spec)}, sha256);
  CREDENCE_CHECK(set.ok());
  return *set;
}

std::string run(const PickleScanner& scanner, Scanner::Scratch& scratch, MediaKind kind,
                PaddedView bytes) {
  static const StoppedClock clock;
  static const Limits limits;
  Budget budget(limits, clock, bytes.size());
  Layer layer;
  layer.kind = kind;
  layer.bytes = bytes;
  Recorder recorder(bytes.size());
  CREDENCE_CHECK(scanner.scan({layer, nullptr, {}}, budget, scratch, recorder).ok());
  return recorder.log;
}

}  // namespace
}  // namespace credence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  static const PickleScanner scanner(references());
  static const auto used = scanner.make_scratch();
  const PaddedBuffer buffer = PaddedBuffer::copy_of({reinterpret_cast<const char*>(data), size});
  for (const MediaKind kind : {MediaKind::kPickle, MediaKind::kUnknown, MediaKind::kText}) {
    const auto fresh = scanner.make_scratch();
    CREDENCE_CHECK(run(scanner, *used, kind, buffer.view()) ==
                   run(scanner, *fresh, kind, buffer.view()));
  }
  return 0;
}
