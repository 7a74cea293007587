#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "daemon/cli/command.h"

namespace {

int usage(std::ostream& out, int exit_code) {
  out << "Usage: credence COMMAND [OPTIONS]\n\n"
         "Tastes what a RAG system is about to eat.\n\nCommands:\n";
  for (const auto& command : credence::cli::commands()) {
    out << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary
        << '\n';
  }
  out << "\nEach command has --help. Exit codes: 0 nothing found, 1 something found, 2 usage,\n"
         "3 something could not be examined, 4 daemon or store not reached.\n";
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) return usage(std::cerr, credence::cli::kExitUsage);
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    return usage(std::cout, credence::cli::kExitOk);
  }
  if (name == "--version") {
    std::cout << "credence " CREDENCE_VERSION "\n";
    return credence::cli::kExitOk;
  }
  try {
    for (const auto& command : credence::cli::commands()) {
      if (command.name != name) continue;
      return command.run({arguments.begin() + 1, arguments.end()});
    }
  } catch (const std::exception& e) {
    std::cerr << "credence: " << e.what() << '\n';
    return credence::cli::kExitUsage;
  }
  std::cerr << "credence: there is no command \"" << name << "\"; credence --help lists them\n";
  return credence::cli::kExitUsage;
}
