#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "scanners/core/clock.h"
#include "scanners/normalise/normaliser.h"
#include "tests/scanners/normalise/view_properties.h"

namespace credence {
namespace {

class CountingSink final : public ScanSink {
 public:
  explicit CountingSink(std::uint64_t size) : size_(size) {}
  void add(Finding finding) override {
    CREDENCE_CHECK(finding.span.end() <= size_);
    ++count;
  }
  void lower_coverage(Coverage, CoverageReason, LayerId, std::string_view) override { ++count; }
  void request_decoding(Decoding, ByteSpan) override {}

  std::size_t count = 0;

 private:
  std::uint64_t size_;
};

void require(std::string_view broken) {
  if (broken.empty()) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(broken.size()), broken.data());
  std::abort();
}

}  // namespace
}  // namespace credence

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace credence;
  static const std::unique_ptr<Normaliser> normaliser = Normaliser::create().value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Chunk chunk = Chunk::owned(PaddedBuffer::copy_of(text), OffsetMap::identity());
  const Limits limits;
  const SystemClock clock;
  Budget budget(limits, clock, size);

  Normaliser::Views views;
  CountingSink sink(size);
  normaliser->normalise(chunk, 0, budget, views, sink);
  require(test::broken_view_property(chunk, views));

  Normaliser::Views again;
  CountingSink second(size);
  normaliser->normalise(chunk, 0, budget, again, second);
  CREDENCE_CHECK(sink.count == second.count);
  CREDENCE_CHECK(views.views().size() == again.views().size());
  for (std::size_t i = 0; i < again.views().size(); ++i) {
    CREDENCE_CHECK(views.views()[i].text.text() == again.views()[i].text.text());
  }

  for (const Decoding decoding : {Decoding::kRot13, Decoding::kReversed}) {
    static_cast<void>(normaliser->decode(chunk, decoding, {size / 4, size / 2}, budget, views));
  }
  require(test::broken_view_property(chunk, views));
  return 0;
}
