#pragma once

#include <filesystem>
#include <vector>

#include "tests/corpus/sample/carrier.h"
#include "tests/corpus/sample/sample_document.h"

namespace credence::sample {

// Poisoned documents, a function a family of techniques.
[[nodiscard]] std::vector<SampleDocument> readable_documents(const Carriers& carriers);
[[nodiscard]] std::vector<SampleDocument> disguised_documents(const Carriers& carriers);
[[nodiscard]] std::vector<SampleDocument> multilingual_documents(const Carriers& carriers);
[[nodiscard]] std::vector<SampleDocument> office_documents();
[[nodiscard]] std::vector<SampleDocument> archive_documents();

// Clean documents of the binary formats.
[[nodiscard]] std::vector<SampleDocument> clean_binaries();

// Everything, by path. `corpus` is the folder tests/corpus.
[[nodiscard]] std::vector<SampleDocument> all_documents(const std::filesystem::path& corpus);

}  // namespace credence::sample
