#pragma once

#include "scanners/core/budget.h"
#include "scanners/core/extractor.h"
#include "scanners/core/layer.h"
#include "scanners/core/scan_sink.h"

class QPDF;

namespace credence {

// Where the objects of a PDF are read to.
struct PdfObjectOutput {
  const Layer& layer;
  Budget& budget;
  ChunkSink& chunks;
  ScanSink& sink;
};

// Looks at every object of the file, reachable or not, for what is not page
// content: properties, XMP, annotations, form fields, outlines, alternative texts,
// links, scripts and other actions, and embedded files. No tree is walked, so no
// loop can be built. A PdfStreamGuard must live. False when the sink wants no more.
[[nodiscard]] bool read_pdf_objects(QPDF& pdf, const PdfObjectOutput& output);

}  // namespace credence
