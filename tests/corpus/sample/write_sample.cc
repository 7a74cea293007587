// credence_sample OUT_DIR: writes the sample knowledge base to OUT_DIR/base, and what is
// expected of a scan of it to OUT_DIR/expected.json. Every run writes the same bytes.

#include <fstream>
#include <iostream>
#include <system_error>

#include "scanners/core/json_writer.h"
#include "tests/corpus/sample/sample.h"

namespace credence::sample {
namespace {

namespace fs = std::filesystem;

std::string expectation(const SampleDocument& document) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("path", document.path);
  json.member("expected", document.is_poisoned() ? "flagged" : "nothing_found");
  if (document.is_poisoned()) {
    json.member("technique", document.technique)
        .member("code", info(document.code).id)
        .member("layer", document.layer_path())
        .member("offset", document.span.offset)
        .member("length", document.span.length);
  }
  json.end_object();
  return line;
}

bool write_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size())).flush();
  if (!out) std::cerr << "credence_sample: could not write " << path.string() << '\n';
  return out.good();
}

bool write_sample(const fs::path& directory) {
  std::string expected;
  for (const SampleDocument& document : all_documents(CREDENCE_CORPUS_DIR)) {
    if (!write_file(directory / "base" / document.path, document.bytes)) return false;
    expected += (expected.empty() ? "[\n" : ",\n") + expectation(document);
  }
  return write_file(directory / "expected.json", expected + "\n]\n");
}

}  // namespace
}  // namespace credence::sample

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: credence_sample OUT_DIR\n";
    return 2;
  }
  return credence::sample::write_sample(argv[1]) ? 0 : 1;
}
