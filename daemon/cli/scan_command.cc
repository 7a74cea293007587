#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/ioctl.h>
#include <unistd.h>

#include "daemon/cli/command.h"
#include "daemon/cli/offline.h"
#include "daemon/cli/progress.h"
#include "daemon/cli/report_writer.h"
#include "daemon/pipeline/ordered_scan.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;

po::options_description scan_options() {
  po::options_description options("Options");
  auto add = options.add_options();
  add("records", po::value<std::string>()->implicit_value("text")->value_name("FIELD"),
      "treat each row of a JSONL or CSV file as one chunk: the text in FIELD");
  add("id-field", po::value<std::string>()->value_name("FIELD"), "field with the caller's own id");
  add("collection", po::value<std::string>()->value_name("NAME"),
      "with --store: ids are kept as NAME/id");
  add("store", po::value<std::string>()->value_name("DIR"),
      "keep the verdicts in this store (no daemon may have it open)");
  add("format", po::value<std::string>()->default_value("table"), "table, jsonl or sarif");
  add("fail-on", po::value<std::string>()->default_value("quarantine"),
      "exit 1 for a disposition from here on: warn, quarantine, deny, never");
  add("jobs,j", po::value<unsigned>()->value_name("N"), "files at a time (default: all cores)");
  add("only-found", "leave out files in which nothing was found");
  add("findings", po::value<unsigned>()->default_value(TableOptions().findings)->value_name("N"),
      "findings that the table shows of a file");
  return options;
}

struct ScanArguments {
  std::vector<std::string> paths;
  OrderedScanOptions scan;
  std::string format;
  std::optional<Disposition> fail_on;  // none: never
  std::string store;
  std::string collection;
  bool only_found = false;
  unsigned findings = TableOptions().findings;
};

Result<ScanArguments> read_arguments(const Parsed& parsed) {
  ScanArguments arguments;
  arguments.paths = parsed.list("path");
  if (arguments.paths.empty()) {
    return Error(ErrorCode::kInvalidArgument, "nothing to scan: name a file or a folder");
  }
  arguments.scan.records = {parsed.text("records"), parsed.text("id-field")};
  if (!arguments.scan.records.id_field.empty() && arguments.scan.records.text_field.empty()) {
    return Error(ErrorCode::kInvalidArgument, "--id-field needs --records");
  }
  arguments.scan.threads = parsed.has("jobs") ? parsed.values["jobs"].as<unsigned>()
                                              : std::max(1U, std::thread::hardware_concurrency());
  arguments.format = parsed.text("format");
  if (arguments.format != "table" && arguments.format != "jsonl" && arguments.format != "sarif") {
    return Error(ErrorCode::kInvalidArgument,
                 "--format must be table, jsonl or sarif, not \"" + arguments.format + "\"");
  }
  const std::string fail_on = parsed.text("fail-on");
  if (fail_on != "never") {
    arguments.fail_on = parse_disposition(fail_on);
    if (!arguments.fail_on || *arguments.fail_on == Disposition::kAllow) {
      return Error(ErrorCode::kInvalidArgument,
                   "--fail-on must be warn, quarantine, deny or never, not \"" + fail_on + "\"");
    }
  }
  arguments.store = parsed.text("store");
  arguments.collection = parsed.text("collection");
  arguments.only_found = parsed.has("only-found");
  arguments.findings = parsed.values["findings"].as<unsigned>();
  return arguments;
}

std::unique_ptr<ReportWriter> make_writer(const ScanArguments& arguments) {
  const bool records = !arguments.scan.records.text_field.empty();
  if (arguments.format == "jsonl") return make_jsonl_writer(std::cout, records);
  if (arguments.format == "sarif") return make_sarif_writer(std::cout);
  TableOptions options;
  options.colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  options.records = records;
  options.all = !arguments.only_found;
  options.findings = arguments.findings;
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 40) {
    options.width = size.ws_col;
  }
  return make_table_writer(std::cout, options);
}

// A gap alone never fails a scan as a finding does: it has an exit code of its own.
bool found_bad(const Decision& decision) {
  return decision.verdict == Verdict::kMalicious || decision.verdict == Verdict::kSuspicious;
}

void count(const ScannedFile& file, std::optional<Disposition> fail_on, ScanSummary& summary) {
  const ScanOutcome& outcome = file.outcome;
  ++summary.files;
  summary.records += outcome.chunk_decisions.size();
  summary.bytes += outcome.report.size;
  summary.malicious += outcome.decision.verdict == Verdict::kMalicious ? 1U : 0U;
  summary.suspicious += outcome.decision.verdict == Verdict::kSuspicious ? 1U : 0U;
  summary.undetermined += outcome.report.coverage != Coverage::kComplete ? 1U : 0U;
  if (found_bad(outcome.decision) && fail_on && outcome.decision.disposition >= *fail_on) {
    ++summary.failing;
  }
}

int exit_code(const ScanSummary& summary, const std::vector<Error>& troubles) {
  if (summary.failing > 0) return kExitFound;
  if (summary.undetermined > 0 || !troubles.empty()) return kExitUnexamined;
  return kExitOk;
}

}  // namespace

int run_scan(const std::vector<std::string>& arguments) {
  const Parsed parsed = parse("scan PATH... [OPTIONS]", scan_options(), arguments, "path");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto wanted = read_arguments(parsed);
  if (!wanted) return fail(wanted.error());
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  auto offline = Offline::create(*config, wanted->scan.threads);
  if (!offline) return fail(offline.error());
  std::unique_ptr<StoreWriter> store;
  if (!wanted->store.empty()) {
    auto opened = StoreWriter::open(wanted->store, wanted->collection);
    if (!opened) return fail(opened.error(), kExitUnavailable);
    store = std::move(*opened);
  }

  const auto writer = make_writer(*wanted);
  ProgressLine line;
  ScanProgress progress;
  ScanSummary summary;
  std::optional<Error> store_failure;
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<Error> troubles = ordered_scan(
      wanted->paths, wanted->scan, (*offline)->service(), progress, [&](ScannedFile& file) {
        line.clear();
        count(file, wanted->fail_on, summary);
        writer->file(file);
        line.update(progress);
        if (!store) return true;
        if (auto kept = store->add(file); !kept) store_failure = std::move(kept).error();
        return !store_failure.has_value();
      });
  line.clear();
  if (store && !store_failure) {
    if (auto kept = store->flush(); !kept) store_failure = std::move(kept).error();
  }
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  writer->finish(summary);
  for (const Error& trouble : troubles) fail(trouble);
  if (store_failure) return fail(*store_failure, kExitUnavailable);
  if (summary.files == 0 && !troubles.empty()) return kExitUsage;
  return exit_code(summary, troubles);
}

}  // namespace credence::cli
