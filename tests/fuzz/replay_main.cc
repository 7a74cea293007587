// Runs a fuzz target over its kept corpus: every file of the folders and files
// named on the command line, then each file cut and bent in a few fixed ways.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::vector<std::uint8_t>& bytes) {
  static_cast<void>(LLVMFuzzerTestOneInput(bytes.data(), bytes.size()));
}

void run_with_variants(std::vector<std::uint8_t> bytes) {
  run(bytes);
  for (std::size_t part = 1; part < 8; ++part) {
    run({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() * part / 8)});
  }
  for (std::size_t i = 0; i < 16 && !bytes.empty(); ++i) {
    const std::size_t at = (i * 2654435761U) % bytes.size();
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1U << (i % 8)));
    run(bytes);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  run({});
  for (int i = 1; i < argc; ++i) {
    const std::filesystem::path root = argv[i];
    if (!std::filesystem::exists(root)) continue;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      run_with_variants({std::istreambuf_iterator<char>(in), {}});
      ++count;
    }
  }
  std::printf("replayed %zu corpus files\n", count);
  return 0;
}
