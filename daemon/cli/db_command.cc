#include <iostream>
#include <string>
#include <vector>

#include "daemon/cli/command.h"
#include "index/store/rocksdb_store.h"
#include "index/table/trust_table.h"
#include "provenance/crypto/sha256.h"

namespace credence::cli {
namespace {

namespace po = boost::program_options;

int print_status(const VerdictStore& store) {
  const auto status = store.status();
  if (!status) return fail(status.error(), kExitUnavailable);
  std::cout << "verdicts        " << status->verdicts << "\nchunks          " << status->chunks
            << "\nuris            " << status->uris << "\ncaller ids      " << status->caller_ids
            << "\naudit entries   " << status->audit_entries << "\nqueued          "
            << status->queued << "\nschema version  " << status->schema_version
            << "\nbytes on disk   " << status->bytes_on_disk
            << "\n(counts are estimates; db verify reads everything)\n";
  return kExitOk;
}

// Checks what the store says of itself, and that a table filled from it agrees with it.
int verify(const VerdictStore& store) {
  auto defects = store.verify();
  if (!defects) return fail(defects.error(), kExitUnavailable);
  TrustTable table;
  if (auto loaded = table.load(store); !loaded) return fail(loaded.error(), kExitUnavailable);
  const auto differences = compare(table, store);
  if (!differences) return fail(differences.error(), kExitUnavailable);
  defects->insert(defects->end(), differences->begin(), differences->end());
  for (const std::string& defect : *defects) std::cout << defect << '\n';
  std::cout << table.size() << " entries, " << defects->size() << " defects\n";
  return defects->empty() ? kExitOk : kExitFound;
}

int print_audit(const VerdictStore& store) {
  const auto read = store.each_audit(1, [](const AuditEntry& entry) {
    std::cout << entry.sequence << '\t' << entry.at_ms << '\t' << entry.actor << '\t'
              << entry.action << '\t' << entry.subject << '\t' << entry.detail << '\n';
    return static_cast<bool>(std::cout);
  });
  return read ? kExitOk : fail(read.error(), kExitUnavailable);
}

Error no_store(const Error& error) {
  if (error.code() != ErrorCode::kNotFound) return error;
  return Error(error.code(), error.message() +
                                 ": --store names another; credenced makes one, and so does "
                                 "credence scan --store");
}

}  // namespace

int run_db(const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("store", po::value<std::string>()->value_name("DIR"),
                        "the store (default: the configuration's)");
  const Parsed parsed = parse("db status|verify|audit [OPTIONS]", options, arguments, "action");
  if (parsed.exit_code >= 0) return parsed.exit_code;
  const auto config = find_config(parsed);
  if (!config) return fail(config.error());
  const auto actions = parsed.list("action");
  const std::string action = actions.size() == 1 ? actions.front() : "";
  if (action != "status" && action != "verify" && action != "audit") {
    return fail(
        Error(ErrorCode::kInvalidArgument, "say what to do: db status, db verify or db audit"));
  }
  RocksDbOptions store_options;
  store_options.path = parsed.has("store") ? parsed.text("store") : config->store_dir;
  store_options.create_if_missing = false;
  store_options.read_only = true;
  store_options.digest = sha256;
  const auto store = open_rocksdb_store(store_options);
  if (!store) return fail(no_store(store.error()), kExitUnavailable);
  if (action == "status") return print_status(**store);
  if (action == "verify") return verify(**store);
  return print_audit(**store);
}

}  // namespace credence::cli
