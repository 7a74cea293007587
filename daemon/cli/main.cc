#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "daemon/cli/command.h"

namespace {

using credence::cli::Command;

int usage(std::ostream& out, int exit_code) {
  out << "Usage: credence COMMAND [OPTIONS]\n\n"
         "Tastes what a RAG system is about to eat.\n\nCommands:\n";
  for (const Command& command : credence::cli::commands()) {
    out << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary
        << '\n';
  }
  out << "\ncredence COMMAND --help shows its options. Exit codes: 0 nothing found, 1 something\n"
         "found, 2 usage or configuration, 3 something could not be examined, 4 the daemon or\n"
         "the store cannot be reached.\n";
  return exit_code;
}

int run(std::vector<std::string> arguments) {
  if (arguments.empty()) return usage(std::cerr, credence::cli::kExitUsage);
  const bool help = arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help";
  if (help && arguments.size() == 1) return usage(std::cout, credence::cli::kExitOk);
  if (help) arguments = {arguments[1], "--help"};
  if (arguments[0] == "--version") {
    std::cout << "credence " CREDENCE_VERSION "\n";
    return credence::cli::kExitOk;
  }
  const auto commands = credence::cli::commands();
  const auto command = std::find_if(commands.begin(), commands.end(), [&](const Command& each) {
    return each.name == arguments.front();
  });
  if (command != commands.end()) return command->run({arguments.begin() + 1, arguments.end()});
  return credence::cli::fail(
      credence::Error(credence::ErrorCode::kInvalidArgument,
                      "there is no command \"" + arguments[0] + "\"; credence --help lists them"));
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has seen enough ends this program quietly, whoever started it.
  std::signal(SIGPIPE, SIG_DFL);
  try {
    const int exit_code = run({argv + 1, argv + argc});
    std::cout.flush();
    if (std::cout) return exit_code;
    std::cerr << "credence: the output cannot be written: is the disk full?\n";
  } catch (const std::exception& e) {
    std::cerr << "credence: " << e.what() << '\n';
  }
  return credence::cli::kExitUsage;
}
