#include <algorithm>
#include <iterator>

#include "scanners/core/result.h"
#include "tests/corpus/sample/sample.h"

namespace credence::sample {

std::vector<SampleDocument> all_documents(const std::filesystem::path& corpus) {
  const Carriers carriers(corpus / "carriers");
  std::vector<SampleDocument> all = read_folder(corpus / "knowledge_base");
  const auto add = [&all](std::vector<SampleDocument> documents) {
    std::move(documents.begin(), documents.end(), std::back_inserter(all));
  };
  add(clean_binaries());
  add(readable_documents(carriers));
  add(disguised_documents(carriers));
  add(multilingual_documents(carriers));
  add(office_documents());
  add(archive_documents());
  const auto path = [](const SampleDocument& document) { return document.path; };
  std::ranges::sort(all, {}, path);
  CREDENCE_CHECK(std::ranges::adjacent_find(all, {}, path) == all.end());
  return all;
}

}  // namespace credence::sample
