#include "scanners/extract/pdf_page.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "scanners/extract/pdf_interpreter.h"
#include "scanners/extract/pdf_streams.h"

namespace credence {

PdfPageReader::PdfPageReader(Budget& budget, std::uint64_t file_size)
    : state_(std::make_unique<PdfReaderState>(budget, file_size)) {}

PdfPageReader::~PdfPageReader() = default;

bool PdfPageReader::limit_reached() const noexcept { return state_->limit_reached; }

PdfPageText PdfPageReader::read(const Page& page) {
  constexpr PdfBox kLetter{0, 0, 612, 792};
  constexpr int kStreamsMax = 10'000;
  PdfPageText out;
  if (state_->limit_reached) return out;
  PdfBox box = pdf_box(page.media_box).value_or(kLetter);
  if (const auto crop = pdf_box(page.crop_box)) {
    const PdfBox inside = box.intersect(*crop);
    if (inside.area() > 0) box = inside;
  }
  std::string content;
  std::vector<PdfInterpreter::Source> sources;
  const auto add_stream = [&](const QPDFObjectHandle& stream) {
    const auto bytes = pdf_stream_bytes(stream);
    if (!bytes) return;
    if (content.size() + bytes->size() > state_->budget.limits().layer_bytes_max) {
      state_->limit_reached = true;
      return;
    }
    content += *bytes;
    content += '\n';
    sources.push_back({content.size(), pdf_stream_span(stream, state_->file_size)});
  };
  QPDFObjectHandle dictionary = page.dictionary;
  QPDFObjectHandle contents = dictionary.getKey("/Contents");
  if (contents.isStream()) add_stream(contents);
  if (contents.isArray()) {
    const int count = std::min(contents.getArrayNItems(), kStreamsMax);
    for (int i = 0; i < count && !state_->limit_reached && !state_->budget.expired(); ++i) {
      add_stream(contents.getArrayItem(i));
    }
  }
  for (const auto& source : sources) {
    if (out.span.length == 0) out.span = source.span;
    const std::uint64_t end = std::max(out.span.end(), source.span.end());
    out.span.offset = std::min(out.span.offset, source.span.offset);
    out.span.length = end - out.span.offset;
  }
  PdfInterpreter interpreter(*state_, out, box);
  interpreter.run(content, std::move(sources), page.resources);
  interpreter.finish();
  return out;
}

}  // namespace credence
