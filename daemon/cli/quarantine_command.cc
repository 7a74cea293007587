#include <iostream>
#include <string>
#include <vector>

#include <simdjson.h>

#include "daemon/cli/command.h"
#include "daemon/cli/daemon_client.h"
#include "scanners/core/digest.h"
#include "scanners/core/utf8.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;

int print_list(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::array items;
  if (parser.parse(body)["items"].get(items) != simdjson::SUCCESS) {
    return fail(Error(ErrorCode::kInternal, "credenced gave an answer that is none"),
                kExitUnavailable);
  }
  for (const simdjson::dom::element item : items) {
    std::string_view digest;
    std::string_view uri;
    std::uint64_t size = 0;
    if (item["digest"].get(digest) != simdjson::SUCCESS ||
        item["uri"].get(uri) != simdjson::SUCCESS || item["size"].get(size) != simdjson::SUCCESS) {
      continue;
    }
    std::cout << digest << "  " << size << "  " << printable(uri, 400) << '\n';
  }
  std::cout << items.size() << " held\n";
  return kExitOk;
}

// The request that an action stands for; empty method for no such action.
struct Call {
  std::string method;
  std::string target;
};

Call call_for(const std::string& action, const std::string& digest) {
  if (action == "show") return {"GET", "/v1/verdicts/" + digest};
  if (action == "release") return {"POST", "/v1/quarantine/" + digest + "/release"};
  if (action == "delete") return {"POST", "/v1/quarantine/" + digest + "/delete"};
  return {};
}

}  // namespace

int run_quarantine(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("server", po::value<std::string>(),
                        "ADDRESS:PORT or unix:PATH of the daemon");
  const Parsed parsed =
      parse("quarantine list | show|release|delete DIGEST [OPTIONS]", options, arguments, "action");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  const DaemonAddress address = daemon_address(parsed.text("server"), *config);
  const auto words = parsed.list("action");

  if (words.size() == 1 && words[0] == "list") {
    const auto answer = ask(address, "GET", "/v1/quarantine", {});
    if (!answer) return fail(answer.error(), kExitUnavailable);
    return answer->status == 200 ? print_list(answer->body) : fail(problem_of(*answer), kExitUsage);
  }
  const auto digest = words.size() == 2 ? Digest::parse(words[1]) : std::nullopt;
  const Call call = digest ? call_for(words[0], digest->uri()) : Call{};
  if (call.method.empty()) {
    return fail(Error(ErrorCode::kInvalidArgument,
                      "say what to do: quarantine list, or show, release or delete with a digest"));
  }
  const auto answer = ask(address, call.method, call.target, {});
  if (!answer) return fail(answer.error(), kExitUnavailable);
  if (answer->status / 100 != 2) return fail(problem_of(*answer), kExitUsage);
  std::cout << answer->body << '\n';
  return kExitOk;
}

}  // namespace credence::cli
