#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <simdjson.h>

#include "daemon/cli/command.h"
#include "daemon/cli/evaluation.h"
#include "daemon/cli/offline.h"
#include "daemon/pipeline/ordered_scan.h"
#include "scanners/core/padded_buffer.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;

struct Fields {
  std::string text;
  std::string label;
  std::string group;
};

std::string text_of(simdjson::dom::element row, const std::string& field) {
  std::string_view text;
  return row[field].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// 1, true and "attack" mean an attack; 0, false and "benign" mean none.
bool read_label(simdjson::dom::element row, const std::string& field, bool& attack) {
  const auto value = row[field];
  std::int64_t number = 0;
  std::string_view word;
  if (value.get(number) == simdjson::SUCCESS) {
    attack = number != 0;
    return true;
  }
  if (value.get(attack) == simdjson::SUCCESS) return true;
  if (value.get(word) != simdjson::SUCCESS) return false;
  attack = word == "attack" || word == "1";
  return attack || word == "benign" || word == "0";
}

// Scans every row of one stream; the number of lines that are no such row.
std::size_t read_rows(std::istream& in, const Fields& fields, bool as_document,
                      ScanService& service, Evaluation& evaluation) {
  simdjson::dom::parser parser;
  PaddedBuffer buffer;
  std::size_t bad = 0;
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty()) continue;
    simdjson::dom::element row;
    std::string_view text;
    bool attack = false;
    if (parser.parse(line).get(row) != simdjson::SUCCESS ||
        row[fields.text].get(text) != simdjson::SUCCESS || !read_label(row, fields.label, attack)) {
      ++bad;
      continue;
    }
    buffer.assign(text);
    Artifact artifact;
    artifact.bytes = buffer.view();
    artifact.is_chunk = !as_document;
    const ScanOutcome outcome = service.scan(artifact);
    evaluation.add(text_of(row, fields.group), attack, outcome.decision.score,
                   outcome.decision.verdict == Verdict::kSuspicious ||
                       outcome.decision.verdict == Verdict::kMalicious);
  }
  return bad;
}

double percent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void print_groups(const char* title, const std::map<std::string, Evaluation::Group>& groups) {
  Evaluation::Group all;
  double rates = 0;
  std::cout << title << '\n';
  for (const auto& [name, group] : groups) {
    std::cout << "  " << std::left << std::setw(32) << name << std::right << std::setw(8)
              << group.flagged << " / " << std::left << std::setw(8) << group.count << std::right
              << std::setw(8) << percent(group.flagged, group.count) << " %\n";
    all.flagged += group.flagged;
    all.count += group.count;
    rates += percent(group.flagged, group.count);
  }
  std::cout << "  " << std::left << std::setw(32) << "all" << std::right << std::setw(8)
            << all.flagged << " / " << std::left << std::setw(8) << all.count << std::right
            << std::setw(8) << percent(all.flagged, all.count) << " %   mean of groups "
            << (groups.empty() ? 0 : rates / static_cast<double>(groups.size())) << " %\n";
}

void print(const Evaluation& evaluation) {
  std::cout << std::fixed << std::setprecision(2);
  print_groups("attacks flagged at the policy's threshold", evaluation.attack_groups());
  print_groups("benign texts flagged at the policy's threshold", evaluation.benign_groups());
  if (evaluation.benign_count() == 0 || evaluation.attack_count() == 0) return;
  for (const double rate : {0.001, 0.01, 0.05}) {
    const auto at = evaluation.at_false_positive_rate(rate);
    std::cout << "TPR at FPR <= " << std::setprecision(1) << rate * 100
              << " %: " << std::setprecision(2)
              << percent(at.attacks_flagged, evaluation.attack_count()) << " % ("
              << at.attacks_flagged << " / " << evaluation.attack_count() << "), realised FPR "
              << percent(at.benign_flagged, evaluation.benign_count()) << " % ("
              << at.benign_flagged << " / " << evaluation.benign_count() << "), threshold "
              << std::setprecision(4) << at.threshold << '\n';
  }
}

// Told before the rules are compiled, which takes seconds.
Result<void> check_paths(const std::vector<std::string>& paths) {
  if (paths.empty()) {
    return Error(ErrorCode::kInvalidArgument, "name files of JSON lines, or - for standard input");
  }
  for (const std::string& path : paths) {
    if (path == kStandardInput) continue;
    std::error_code code;
    if (std::filesystem::is_directory(path, code)) {
      return Error(ErrorCode::kInvalidArgument, path + " is a folder: name files of JSON lines");
    }
    if (!std::ifstream(path)) {
      return Error(ErrorCode::kNotFound, "cannot read " + path + ": " + std::strerror(errno));
    }
  }
  return {};
}

}  // namespace

int run_evaluate(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  auto add = options.add_options();
  add("text-field", po::value<std::string>()->default_value("text")->value_name("FIELD"),
      "field with the text");
  add("label-field", po::value<std::string>()->default_value("label")->value_name("FIELD"),
      "field that is 1 for an attack and 0 for a benign text");
  add("group-field", po::value<std::string>()->default_value("source")->value_name("FIELD"),
      "field by which rates are listed");
  add("document", "treat each text as a file of its own kind, not as a chunk");
  const Parsed parsed = parse("evaluate FILE.jsonl... [OPTIONS]   (- reads standard input)",
                              options, arguments, "path");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const std::vector<std::string> paths = parsed.list("path");
  if (const auto readable = check_paths(paths); !readable) return fail(readable.error());
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  auto offline = Offline::create(*config, 1);
  if (!offline) return fail(offline.error());

  Evaluation evaluation;
  const Fields fields{parsed.text("text-field"), parsed.text("label-field"),
                      parsed.text("group-field")};
  std::size_t bad = 0;
  for (const std::string& path : paths) {
    std::ifstream file;
    if (path != kStandardInput) file.open(path);
    std::istream& in = path == kStandardInput ? std::cin : file;
    bad += read_rows(in, fields, parsed.has("document"), (*offline)->service(), evaluation);
  }
  print(evaluation);
  if (bad == 0) return kExitOk;
  return fail(
      Error(ErrorCode::kInvalidArgument, std::to_string(bad) + " lines are no objects with \"" +
                                             fields.text + "\" and \"" + fields.label +
                                             "\"; --text-field and --label-field name them"),
      kExitUnexamined);
}

}  // namespace credence::cli
