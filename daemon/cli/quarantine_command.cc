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

constexpr std::string_view kList = "/v1/quarantine";

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

struct Call {
  std::string method;
  std::string target;
};

// The request that the words stand for.
Result<Call> call_for(const std::vector<std::string>& words) {
  const std::string action = words.empty() ? "" : words.front();
  if (action == "list" && words.size() == 1) return Call{"GET", std::string(kList)};
  if (action != "show" && action != "release" && action != "delete") {
    return Error(ErrorCode::kInvalidArgument,
                 "say what to do: quarantine list, or show, release or delete with a digest");
  }
  const auto digest = words.size() == 2 ? Digest::parse(words[1]) : std::nullopt;
  if (!digest) {
    return Error(ErrorCode::kInvalidArgument,
                 "quarantine " + action + " needs one digest, as quarantine list shows it");
  }
  if (action == "show") return Call{"GET", "/v1/verdicts/" + digest->uri()};
  return Call{"POST", "/v1/quarantine/" + digest->uri() + "/" + action};
}

}  // namespace

int run_quarantine(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("server", po::value<std::string>()->value_name("PLACE"),
                        "ADDRESS:PORT or unix:PATH of the daemon (default: the configuration's)");
  const Parsed parsed =
      parse("quarantine list | show|release|delete DIGEST [OPTIONS]", options, arguments, "action");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto call = call_for(parsed.list("action"));
  if (!call) return fail(call.error());
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  const auto answer =
      ask(daemon_address(parsed.text("server"), *config), call->method, call->target, {});
  if (!answer) return fail_to_ask(answer.error());
  if (answer->status / 100 != 2) return fail_to_ask(problem_of(*answer));
  if (call->target == kList) return print_list(answer->body);
  std::cout << answer->body << '\n';
  return kExitOk;
}

}  // namespace credence::cli
