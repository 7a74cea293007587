#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/coverage.h"
#include "scanners/core/finding.h"
#include "scanners/core/layer.h"
#include "scanners/core/offset_map.h"

// This room reads model artifacts as data: it runs, loads and unpickles nothing. Here
// stands what the containers of bare weights have in common: a header that says which
// bytes are which tensor's. Only the header is read; the tensors stay untouched, so an
// artifact's beginning is enough, whatever its size.
namespace credence {

// A departure from the rules of a format.
struct WeightsProblem {
  FindingCode code = FindingCode::kWeightsRule;
  ByteSpan span;          // in the layer
  std::string_view rule;  // name of the check, "safetensors/overlap"; static
  std::string detail;     // what is wrong, in words and numbers
};

// Why not all of a header could be read or checked.
struct WeightsGap {
  CoverageReason reason = CoverageReason::kMalformed;
  std::string detail;
};

// A text among the metadata.
struct WeightsText {
  std::string key;
  ByteSpan value;            // in the layer; of JSON: inside the quotes
  bool json = false;         // with the escapes of JSON
  bool is_template = false;  // of a conversation: a program that writes the prompt
};

// Bytes in another format, which that format's readers have to see.
struct WeightsPart {
  std::string_view name;  // of the layer that they become; static
  ByteSpan span;          // in the layer
};

// What a header says of its file.
struct WeightsFile {
  static constexpr std::size_t kProblemsMax = 20;
  static constexpr std::size_t kTextsMax = 10'000;

  std::uint64_t tensor_count = 0;
  std::vector<WeightsText> texts;  // in the order of the header
  std::vector<WeightsPart> parts;
  std::vector<WeightsProblem> problems;  // in order of discovery
  std::vector<WeightsGap> gaps;
  bool texts_dropped = false;  // past kTextsMax; a gap says so

  // Adds a problem; past kProblemsMax of them only one with a code that is not there yet.
  void problem(FindingCode code, ByteSpan span, std::string_view rule, std::string detail);
  void gap(CoverageReason reason, std::string detail);
  void text(WeightsText text);
};

// The bytes of one tensor, counted from where the tensors begin.
struct TensorExtent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  // >= begin
  ByteSpan declared;      // the tensor's entry in the header
};

// Where tensors lie and how closely.
struct TensorArea {
  std::uint64_t begin = 0;      // in the artifact
  std::uint64_t end = 0;        // of the whole artifact; not before begin
  std::uint64_t alignment = 1;  // tensors begin at multiples of it: fewer bytes are no gap
};

// Whether the tensors fill the area: none overlaps another, none lies past the end, no
// byte is left over. Sorts the extents.
void check_extents(std::vector<TensorExtent>& extents, const TensorArea& area, const Layer& layer,
                   WeightsFile& file);

}  // namespace credence
