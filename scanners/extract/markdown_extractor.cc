#include <array>
#include <utility>

#include "scanners/extract/formats.h"
#include "scanners/extract/markdown_scanner.h"

namespace credence {
namespace {

constexpr std::array kKinds = {MediaKind::kMarkdown};
constexpr ExtractorInfo kInfo{"markdown", 1, kKinds};

// Delivers the source itself, as loaders of Markdown do, with its parts marked.
class MarkdownExtractor final : public Extractor {
 public:
  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return kInfo; }

  Result<void> extract(const Layer& layer, const RecordOptions& /*records*/, Budget& /*budget*/,
                       ChunkSink& chunks, ScanSink& /*sink*/) const override {
    if (layer.bytes.empty()) return {};
    Chunk chunk = Chunk::borrowed(layer.bytes);
    chunk.regions = MarkdownScanner(layer.bytes.text()).scan();
    static_cast<void>(chunks.chunk(std::move(chunk)));
    return {};
  }
};

}  // namespace

std::unique_ptr<Extractor> make_markdown_extractor() {
  return std::make_unique<MarkdownExtractor>();
}

}  // namespace credence
