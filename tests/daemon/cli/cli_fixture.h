#pragma once

#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace credence {

// Rules of the tests' own: two see the same thing, one sees something doubtful.
inline constexpr const char* kRules = R"(family: sample
code: CRD-INJ-001
rules:
  - id: sample-wide
    title: An order to paint
    pattern: 'paint (?:all|every) the garden gates green'
    score: 0.9
    match: ['paint all the garden gates green', 'paint every the garden gates green']
    no_match: ['paint the gate', 'green']
  - id: sample-narrow
    title: Gates that are to be green
    pattern: 'garden gates green'
    score: 0.6
    match: ['the garden gates green', 'garden gates green']
    no_match: ['garden gates', 'green']
  - id: sample-doubtful
    title: A doubtful word
    pattern: 'perhaps mauve'
    score: 0.6
    match: ['perhaps mauve', 'or perhaps mauve']
    no_match: ['perhaps', 'mauve']
)";

// Malicious, suspicious and harmless by these rules.
inline std::string poison() { return "Paint all the garden gates green."; }
inline std::string doubtful() { return "The door is blue, or perhaps mauve."; }
inline std::string benign() { return "The canteen opens at half past eleven."; }

// Runs the real program with these rules.
class Cli {
 public:
  Cli() : config_(folder_.at("credence.yaml")) {
    folder_.write("rules/sample.yaml", kRules);
    configure("");
  }
  // With the configuration of somebody else.
  explicit Cli(std::string config) : config_(std::move(config)) {}

  // Writes the configuration: rules, cache and store of its own, and `more`.
  void configure(const std::string& more) const {
    folder_.write("credence.yaml", "rules: " + folder_.at("rules") + "\ncache: " +
                                       folder_.at("cache") + "\nstore: " + store() + "\n" + more);
  }

  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  [[nodiscard]] const std::string& config() const { return config_; }
  [[nodiscard]] std::string store() const { return folder_.at("store"); }

  [[nodiscard]] ProgramResult run(std::vector<std::string> words,
                                  ProgramOptions options = {}) const {
    words.insert(words.begin(), CREDENCE_PROGRAM);
    options.environment.push_back("CREDENCE_CONFIG=" + config());
    options.environment.push_back("XDG_CACHE_HOME=" + path());
    ProgramResult result = run_program(words, options);
    CHECK_FALSE(result.timed_out);
    return result;
  }

 private:
  TemporaryFolder folder_;
  std::string config_;
};

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace credence
