#include "daemon/cli/command.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "daemon/pipeline/installation.h"

namespace credence::cli {

namespace po = boost::program_options;

std::span<const Command> commands() {
  static constexpr std::array<Command, 6> kCommands = {{
      {"scan", "scan files and folders before they are indexed", run_scan},
      {"trust", "ask the daemon whether documents or chunks may be used", run_trust},
      {"rules", "list, test and lint the rules", run_rules},
      {"quarantine", "list, show, release or delete what was moved aside", run_quarantine},
      {"db", "status of the verdict store, and its verification", run_db},
      {"evaluate", "measure detection on labelled rows", run_evaluate},
  }};
  return kCommands;
}

Parsed parse(std::string_view usage, po::options_description options,
             const std::vector<std::string>& arguments, const char* positional) {
  options.add_options()("config", po::value<std::string>()->value_name("FILE"),
                        "configuration file")("help,h", "show this help");
  po::options_description all = options;
  po::positional_options_description places;
  if (positional != nullptr) {
    all.add_options()(positional, po::value<std::vector<std::string>>());
    places.add(positional, -1);
  }
  Parsed parsed;
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(places).run(),
              parsed.values);
    if (parsed.has("help")) {
      std::cout << "Usage: credence " << usage << "\n\n" << options;
      parsed.exit_code = kExitOk;
      return parsed;
    }
    po::notify(parsed.values);
  } catch (const po::error& e) {
    std::cerr << "credence: " << e.what() << "\nUsage: credence " << usage
              << "\nSee --help for the options.\n";
    parsed.exit_code = kExitUsage;
  }
  return parsed;
}

Result<Config> find_config(const Parsed& parsed) {
  if (parsed.has("config")) return load_config_file(parsed.text("config"));
  if (const char* path = std::getenv("CREDENCE_CONFIG"); path != nullptr && *path != '\0') {
    return load_config_file(path);
  }
  std::error_code ignored;
  if (std::filesystem::exists(kSystemConfig, ignored)) return load_config_file(kSystemConfig);
  return Config{};
}

int fail(const Error& error, int exit_code) {
  std::cerr << "credence: " << error.message() << '\n';
  return exit_code;
}

}  // namespace credence::cli
