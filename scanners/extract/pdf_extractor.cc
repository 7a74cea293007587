#include <exception>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "scanners/core/finding.h"
#include "scanners/extract/formats.h"
#include "scanners/extract/pdf_objects.h"
#include "scanners/extract/pdf_page.h"
#include "scanners/extract/pdf_qpdf.h"
#include "scanners/extract/pdf_streams.h"

namespace credence {
namespace {

constexpr MediaKind kAccepts[] = {MediaKind::kPdf};
constexpr ExtractorInfo kInfo{"pdf", 1, kAccepts};
constexpr std::size_t kPagesMax = 5'000;
constexpr std::size_t kTreeNodesMax = 100'000;

// The bytes of the file, no longer readable once the time is used up: qpdf looks at
// no clock, and rebuilding a broken file may cost it the square of the size.
class TimedInput final : public BufferInputSource {
 public:
  TimedInput(Buffer* bytes, Budget& budget)
      : BufferInputSource("document", bytes), budget_(budget) {}

  std::size_t read(char* to, std::size_t size) override {
    check();
    return BufferInputSource::read(to, size);
  }
  qpdf_offset_t findAndSkipNextEOL() override {
    check();
    return BufferInputSource::findAndSkipNextEOL();
  }

 private:
  static constexpr unsigned kReadsPerClock = 64;

  void check() {
    if (++reads_ % kReadsPerClock == 0) expired_ = expired_ || budget_.expired();
    if (expired_) throw std::runtime_error("time ran out");
  }

  Budget& budget_;
  unsigned reads_ = 0;
  bool expired_ = false;
};

// A page, or a node above pages, with what it inherits.
struct TreeNode {
  QPDFObjectHandle dictionary;
  QPDFObjectHandle resources;
  QPDFObjectHandle media_box;
  QPDFObjectHandle crop_box;
};

// The pages in order. Each node is entered once, however often it is named.
std::vector<TreeNode> collect_pages(QPDF& pdf, bool& limited) {
  std::vector<TreeNode> pages;
  std::set<std::pair<int, int>> seen;
  std::vector<TreeNode> stack;
  QPDFObjectHandle null = QPDFObjectHandle::newNull();
  QPDFObjectHandle root = pdf.getTrailer().getKey("/Root");
  if (!root.isDictionary()) return pages;
  stack.push_back({root.getKey("/Pages"), null, null, null});
  while (!stack.empty()) {
    TreeNode node = std::move(stack.back());
    stack.pop_back();
    if (!node.dictionary.isDictionary()) continue;
    if (node.dictionary.isIndirect() &&
        !seen.emplace(node.dictionary.getObjectID(), node.dictionary.getGeneration()).second) {
      continue;
    }
    const auto inherit = [&](const char* key, QPDFObjectHandle& value) {
      QPDFObjectHandle own = node.dictionary.getKey(key);
      if (!own.isNull()) value = own;
    };
    inherit("/Resources", node.resources);
    inherit("/MediaBox", node.media_box);
    inherit("/CropBox", node.crop_box);
    QPDFObjectHandle kids = node.dictionary.getKey("/Kids");
    if (!kids.isArray()) {
      if (pages.size() == kPagesMax) {
        limited = true;
        return pages;
      }
      pages.push_back(std::move(node));
      continue;
    }
    const std::vector<QPDFObjectHandle> children = kids.getArrayAsVector();
    if (stack.size() + children.size() > kTreeNodesMax) {
      limited = true;
      return pages;
    }
    for (auto it = children.rbegin(); it != children.rend(); ++it) {
      stack.push_back({*it, node.resources, node.media_box, node.crop_box});
    }
  }
  return pages;
}

// Pages that no tree leads to, for files whose tree is gone.
std::vector<TreeNode> collect_stray_pages(QPDF& pdf) {
  std::vector<TreeNode> pages;
  for (QPDFObjectHandle& object : pdf.getAllObjects()) {
    if (!object.isDictionary() || !object.getKey("/Type").isName()) continue;
    if (object.getKey("/Type").getName() != "/Page" || pages.size() == kPagesMax) continue;
    pages.push_back({object, object.getKey("/Resources"), object.getKey("/MediaBox"),
                     object.getKey("/CropBox")});
  }
  return pages;
}

class PdfDocument {
 public:
  PdfDocument(const Layer& layer, Budget& budget, ChunkSink& chunks, ScanSink& sink)
      : layer_(layer),
        budget_(budget),
        chunks_(chunks),
        sink_(sink),
        guard_(budget),
        // A Buffer that borrows: qpdf reads through a pointer that is not const.
        bytes_(reinterpret_cast<unsigned char*>(const_cast<char*>(layer.bytes.data())),
               layer.bytes.size()) {}

  void read() {
    if (!open()) return;
    try {
      if (read_pages()) {
        static_cast<void>(read_pdf_objects(pdf_, {layer_, budget_, chunks_, sink_}));
      }
    } catch (const std::exception& error) {
      lower(Coverage::kPartial, CoverageReason::kMalformed, error.what());
    }
    report_gaps();
  }

 private:
  void lower(Coverage coverage, CoverageReason reason, std::string_view detail) {
    sink_.lower_coverage(coverage, reason, layer_.id, detail);
  }

  // False when nothing can be read.
  bool open() {
    pdf_.setSuppressWarnings(true);
    try {
      pdf_.processInputSource(std::make_shared<TimedInput>(&bytes_, budget_), "");
      return true;
    } catch (const QPDFExc& error) {
      const bool locked =
          error.getErrorCode() == qpdf_e_password || error.getErrorCode() == qpdf_e_unsupported;
      lower(Coverage::kSkipped, locked ? CoverageReason::kEncrypted : CoverageReason::kMalformed,
            error.getMessageDetail());
    } catch (const std::exception& error) {
      lower(Coverage::kSkipped,
            budget_.expired() ? CoverageReason::kDeadline : CoverageReason::kMalformed,
            error.what());
    }
    return false;
  }

  // False when the sink wants no more.
  bool read_pages() {
    bool limited = false;
    std::vector<TreeNode> pages = collect_pages(pdf_, limited);
    if (pages.empty()) {
      lower(Coverage::kPartial, CoverageReason::kMalformed, "the page tree has no pages");
      pages = collect_stray_pages(pdf_);
    }
    PdfPageReader reader(budget_, layer_.bytes.size());
    std::size_t number = 0;
    for (const TreeNode& page : pages) {
      ++number;
      if (budget_.expired()) {
        lower(Coverage::kPartial, CoverageReason::kDeadline,
              "time ran out before page " + std::to_string(number));
        break;
      }
      if (reader.limit_reached()) break;
      if (!read_page(reader, page, number)) return false;
    }
    if (limited || (reader.limit_reached() && !budget_.expired())) {
      lower(Coverage::kPartial, CoverageReason::kExpansionLimit,
            "pages, forms or operators beyond the limit");
    }
    return true;
  }

  // A page that qpdf cannot make sense of costs that page only.
  bool read_page(PdfPageReader& reader, const TreeNode& page, std::size_t number) {
    const std::string locator = "page " + std::to_string(number);
    try {
      const PdfPageText text =
          reader.read({page.dictionary, page.resources, page.media_box, page.crop_box});
      if (!text.text.deliver({locator, "pdf.hidden_text", Channel::kVisible, !text.is_ocr_layer},
                             layer_, chunks_, sink_)) {
        return false;
      }
      if (text.alternatives.empty()) return true;
      OffsetMap map;
      map.replaced(text.alternatives.size(), text.span);
      Chunk chunk = Chunk::owned(PaddedBuffer::copy_of(text.alternatives), std::move(map));
      chunk.channel = Channel::kAltText;
      chunk.locator = locator + ", alternative text";
      return chunks_.chunk(std::move(chunk));
    } catch (const std::exception& error) {
      lower(Coverage::kPartial, CoverageReason::kMalformed, locator + ": " + error.what());
      return true;
    }
  }

  void report_gaps() {
    if (budget_.expired()) {
      lower(Coverage::kPartial, CoverageReason::kDeadline, "time ran out while reading the PDF");
    }
    if (guard_.ratio_exceeded()) {
      Finding finding =
          Finding::of(FindingCode::kDecompressionBomb, layer_.id, {0, layer_.bytes.size()}, 0.8F);
      finding.rule = "pdf.stream_ratio";
      sink_.add(std::move(finding));
    }
    if (guard_.limit_reached()) {
      lower(Coverage::kPartial, CoverageReason::kExpansionLimit, "streams expand beyond the limit");
    }
    if (guard_.damaged()) {
      lower(Coverage::kPartial, CoverageReason::kMalformed,
            "a stream ends early or does not decode");
    }
    for (const QPDFExc& warning : pdf_.getWarnings()) {
      if (warning.getErrorCode() != qpdf_e_damaged_pdf) continue;
      lower(Coverage::kPartial, CoverageReason::kMalformed, warning.getMessageDetail());
      return;
    }
  }

  const Layer& layer_;
  Budget& budget_;
  ChunkSink& chunks_;
  ScanSink& sink_;
  PdfStreamGuard guard_;
  Buffer bytes_;  // outlives pdf_
  QPDF pdf_;
};

class PdfExtractor final : public Extractor {
 public:
  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return kInfo; }

  Result<void> extract(const Layer& layer, const RecordOptions&, Budget& budget, ChunkSink& chunks,
                       ScanSink& sink) const override {
    PdfDocument(layer, budget, chunks, sink).read();
    return {};
  }
};

}  // namespace

std::unique_ptr<Extractor> make_pdf_extractor() { return std::make_unique<PdfExtractor>(); }

}  // namespace credence
