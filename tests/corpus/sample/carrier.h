#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/corpus/sample/sample_document.h"

namespace credence::sample {

// The words of an instruction, joined by blanks: no file of the repository holds one
// that a model reading it could take for its own.
[[nodiscard]] std::string say(std::initializer_list<std::string_view> words);

// How one carrier is poisoned.
struct Plant {
  std::string path;
  std::string technique;
  FindingCode code;
  std::string planted;
};

// Text documents with a place for an instruction, marked {{planted}} and found once in
// each file.
class Carriers {
 public:
  explicit Carriers(std::filesystem::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] SampleDocument poison(const Plant& plant) const;
  [[nodiscard]] std::vector<SampleDocument> poison(const std::vector<Plant>& plants) const;

  // Every carrier, by path, with `text` in the marked place.
  [[nodiscard]] std::vector<SampleDocument> fill_all(std::string_view text) const;

 private:
  std::filesystem::path directory_;
};

// The files below `directory`, by path, as clean documents.
[[nodiscard]] std::vector<SampleDocument> read_folder(const std::filesystem::path& directory);

}  // namespace credence::sample
