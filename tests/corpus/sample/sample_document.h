#pragma once

#include <string>

#include "scanners/core/finding.h"
#include "scanners/core/offset_map.h"

namespace credence::sample {

// One document of the sample knowledge base: the folder that the demo scans, and on
// which a test holds the engine to what the generator knows. A poisoned document is a
// plausible one with one inert instruction in it, planted by one technique. What is
// expected of a scan is computed from where the text was put, never from a scan.
struct SampleDocument {
  std::string path;  // below the base, with '/'
  std::string bytes;
  std::string technique = {};                  // in words; empty in a clean document
  FindingCode code = FindingCode::kMalformed;  // one finding must have this code …
  std::string layer = {};  // … in this layer, "letter.docx" within an archive; "" the file
  ByteSpan span = {};      // … and overlap the instruction's place in the layer's bytes

  [[nodiscard]] bool is_poisoned() const noexcept { return !technique.empty(); }

  [[nodiscard]] std::string name() const { return path.substr(path.rfind('/') + 1); }

  // The layer's path in the findings of a scan: "archive.zip!/letter.docx".
  [[nodiscard]] std::string layer_path() const {
    return layer.empty() ? name() : name() + "!/" + layer;
  }
};

}  // namespace credence::sample
