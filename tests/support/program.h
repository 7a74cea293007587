#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace credence {

struct ProgramOptions {
  std::string input;                     // its standard input; then the end of it
  std::vector<std::string> environment;  // "NAME=value", beside the test's own
  std::string folder;                    // where it runs; empty: where the test does
  bool close_output_early = false;       // close our end of its output after the first bytes
  std::chrono::seconds limit{240};       // it is killed after that
};

struct ProgramResult {
  int exit_code = -1;  // -1 where it ended by a signal
  int signal = 0;
  bool timed_out = false;
  std::string out;
  std::string err;
};

// Runs a program, words[0] being its path, and returns when it ended. Its standard
// streams are pipes.
[[nodiscard]] ProgramResult run_program(const std::vector<std::string>& words,
                                        const ProgramOptions& options = {});

}  // namespace credence
