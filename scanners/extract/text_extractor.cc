#include <array>

#include "scanners/extract/charset.h"
#include "scanners/extract/formats.h"

// Formats that a loader hands over as they are: the layer is the text.
namespace credence {
namespace {

constexpr std::array kTextKinds = {MediaKind::kText, MediaKind::kMail};
constexpr std::array kRtfKinds = {MediaKind::kRtf};

constexpr ExtractorInfo kTextInfo{"text", 1, kTextKinds};
constexpr ExtractorInfo kRtfInfo{"rtf", 1, kRtfKinds};

void deliver_whole(const Layer& layer, ChunkSink& chunks) {
  const std::size_t mark = utf8_mark_size(layer.bytes.text());
  if (layer.bytes.size() == mark) return;
  static_cast<void>(chunks.chunk(Chunk::borrowed(layer.bytes.subview(mark), mark)));
}

class TextExtractor final : public Extractor {
 public:
  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return kTextInfo; }

  Result<void> extract(const Layer& layer, const RecordOptions& /*records*/, Budget& /*budget*/,
                       ChunkSink& chunks, ScanSink& /*sink*/) const override {
    deliver_whole(layer, chunks);
    return {};
  }
};

// Shows the text between the control words; what they encode (\'hh and \u
// escapes, objects) is not decoded, and the coverage says so.
class RtfExtractor final : public Extractor {
 public:
  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return kRtfInfo; }

  Result<void> extract(const Layer& layer, const RecordOptions& /*records*/, Budget& /*budget*/,
                       ChunkSink& chunks, ScanSink& sink) const override {
    deliver_whole(layer, chunks);
    sink.lower_coverage(Coverage::kPartial, CoverageReason::kUnsupportedKind, layer.id,
                        "RTF is read as plain text; its escapes and objects are not decoded");
    return {};
  }
};

}  // namespace

std::unique_ptr<Extractor> make_text_extractor() { return std::make_unique<TextExtractor>(); }
std::unique_ptr<Extractor> make_rtf_extractor() { return std::make_unique<RtfExtractor>(); }

}  // namespace credence
