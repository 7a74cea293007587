#include "tests/corpus/sample/carrier.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "scanners/core/result.h"

namespace credence::sample {
namespace {

constexpr std::string_view kMarker = "{{planted}}";

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  CREDENCE_CHECK(in.good());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Puts `text` in the place of the marker of `document`.
void fill(SampleDocument& document, std::string_view text) {
  const std::size_t at = document.bytes.find(kMarker);
  CREDENCE_CHECK(at != std::string::npos);
  CREDENCE_CHECK(document.bytes.find(kMarker, at + 1) == std::string::npos);
  document.bytes.replace(at, kMarker.size(), text);
  document.span = {at, text.size()};
}

}  // namespace

std::string say(std::initializer_list<std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

SampleDocument Carriers::poison(const Plant& plant) const {
  SampleDocument document{plant.path, read_file(directory_ / plant.path), plant.technique,
                          plant.code};
  fill(document, plant.planted);
  return document;
}

std::vector<SampleDocument> Carriers::poison(const std::vector<Plant>& plants) const {
  std::vector<SampleDocument> documents;
  for (const Plant& plant : plants) documents.push_back(poison(plant));
  return documents;
}

std::vector<SampleDocument> Carriers::fill_all(std::string_view text) const {
  std::vector<SampleDocument> documents = read_folder(directory_);
  for (SampleDocument& document : documents) fill(document, text);
  return documents;
}

std::vector<SampleDocument> read_folder(const std::filesystem::path& directory) {
  std::vector<SampleDocument> documents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    documents.push_back(
        {entry.path().lexically_relative(directory).generic_string(), read_file(entry.path())});
  }
  std::sort(documents.begin(), documents.end(),
            [](const SampleDocument& a, const SampleDocument& b) { return a.path < b.path; });
  return documents;
}

}  // namespace credence::sample
