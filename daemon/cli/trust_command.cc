#include <array>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <simdjson.h>

#include "daemon/cli/command.h"
#include "daemon/cli/daemon_client.h"
#include "daemon/pipeline/file_uri.h"
#include "scanners/core/decision.h"
#include "scanners/core/json_writer.h"
#include "scanners/core/utf8.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;
using Strings = std::vector<std::string>;

struct Subject {
  const char* kind;
  std::string value;
};

std::vector<Subject> subjects_of(const Parsed& parsed) {
  std::vector<Subject> subjects;
  for (const char* kind : {"uri", "digest", "id", "text"}) {
    for (const std::string& value : parsed.list(kind)) subjects.push_back({kind, value});
  }
  for (const std::string& path : parsed.list("path")) subjects.push_back({"uri", file_uri(path)});
  return subjects;
}

std::string request_for(const std::vector<Subject>& subjects, const std::string& on_miss) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("subjects").begin_array();
  for (const Subject& subject : subjects) {
    json.begin_object().member(subject.kind, subject.value).end_object();
  }
  json.end_array();
  if (!on_miss.empty()) json.member("on_miss", on_miss);
  json.end_object();
  return body;
}

std::string_view text_of(simdjson::dom::element row, const char* key) {
  std::string_view text;
  return row[key].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// Prints one line a subject; the strictest disposition, or nothing when the answer does
// not fit the question.
std::optional<Disposition> print(const std::vector<Subject>& subjects, const std::string& body,
                                 bool jsonl) {
  simdjson::dom::parser parser;
  simdjson::dom::array results;
  if (parser.parse(body)["results"].get(results) != simdjson::SUCCESS) return std::nullopt;
  if (results.size() != subjects.size()) return std::nullopt;
  Disposition strictest = Disposition::kAllow;
  std::size_t index = 0;
  for (const simdjson::dom::element row : results) {
    const Subject& subject = subjects[index++];
    const auto disposition = parse_disposition(text_of(row, "disposition"));
    strictest = std::max(strictest, disposition.value_or(Disposition::kDeny));
    if (jsonl) {
      std::cout << simdjson::minify(row) << '\n';
      continue;
    }
    std::cout << std::left << std::setw(12) << text_of(row, "disposition") << std::setw(15)
              << text_of(row, "verdict") << std::setw(8) << text_of(row, "matched_by")
              << subject.kind << ' ' << printable(subject.value, 100);
    simdjson::dom::array reasons;
    if (row["reasons"].get(reasons) == simdjson::SUCCESS) {
      for (const simdjson::dom::element reason : reasons) {
        std::string_view code;
        if (reason.get(code) == simdjson::SUCCESS) std::cout << "  " << code;
      }
    }
    std::cout << '\n';
  }
  return strictest;
}

}  // namespace

int run_trust(const std::vector<std::string>& arguments) {
  static constexpr std::array<std::string_view, 2> kFormats = {"table", "jsonl"};
  po::options_description options("Options");
  auto add = options.add_options();
  add("uri", po::value<Strings>()->composing()->value_name("URI"), "a document by its URI");
  add("digest", po::value<Strings>()->composing()->value_name("SHA256"),
      "a document or a chunk by its SHA-256");
  add("id", po::value<Strings>()->composing()->value_name("ID"),
      "a document or a chunk by COLLECTION/ID");
  add("text", po::value<Strings>()->composing()->value_name("TEXT"), "a chunk by its exact text");
  add("on-miss", po::value<std::string>()->value_name("WORD"),
      "for what is not known: deny, allow, scan, pending (default: scan for texts, else deny)");
  add("server", po::value<std::string>()->value_name("PLACE"),
      "ADDRESS:PORT or unix:PATH of the daemon (default: the configuration's)");
  add_verdict_options(options, kFormats);
  const Parsed parsed = parse("trust [FILE...] [OPTIONS]", options, arguments, "path");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  const std::vector<Subject> subjects = subjects_of(parsed);
  if (subjects.empty()) {
    return fail(
        Error(ErrorCode::kInvalidArgument, "ask about a FILE, --uri, --digest, --id or --text"));
  }
  const auto format = read_format(parsed, kFormats);
  if (!format) return fail(format.error());
  const auto fail_on = read_fail_on(parsed);
  if (!fail_on) return fail(fail_on.error());

  const auto answer = ask(daemon_address(parsed.text("server"), *config), "POST", "/v1/trust",
                          request_for(subjects, parsed.text("on-miss")));
  if (!answer) return fail_to_ask(answer.error());
  if (answer->status != 200) return fail_to_ask(problem_of(*answer));
  const auto strictest = print(subjects, answer->body, *format == "jsonl");
  if (!strictest) {
    return fail(Error(ErrorCode::kInternal, "credenced gave an answer that is none"),
                kExitUnavailable);
  }
  return *fail_on && *strictest >= **fail_on ? kExitFound : kExitOk;
}

}  // namespace credence::cli
