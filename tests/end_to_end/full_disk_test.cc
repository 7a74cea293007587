// The disk under the store is full for a while: nothing is acknowledged that is not kept,
// what was acknowledged stays, and work goes on when there is room again.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "provenance/crypto/sha256.h"
#include "tests/support/daemon_process.h"

namespace credence {
namespace {

namespace fs = std::filesystem;

// A small file system of its own, for the length of a scope. RocksDB goes on only where
// there is room for a memtable.
class SmallDisk {
 public:
  explicit SmallDisk(std::string path) : path_(std::move(path)) {
    fs::create_directory(path_);
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=192m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const noexcept { return mounted_; }

  // Leaves `room` bytes.
  void fill(std::uintmax_t room) const {
    std::ofstream out(path_ + "/filler", std::ios::binary | std::ios::app);
    const std::string block(16 << 10, 'x');
    while (fs::space(path_).available > room &&
           out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void empty() const { fs::remove(path_ + "/filler"); }

 private:
  std::string path_;
  bool mounted_ = false;
};

// Lets no file of the daemon grow, or lets them all again.
void limit_files(const DaemonProcess& daemon, bool limited) {
  const rlimit limit{limited ? 1 : RLIM_INFINITY, RLIM_INFINITY};
  REQUIRE(::prlimit(daemon.process(), RLIMIT_FSIZE, &limit, nullptr) == 0);
}

// Uploads texts while the store refuses; those that were acknowledged all the same.
std::vector<std::string> upload(const DaemonClient& client, const std::string& prefix, int count,
                                std::set<int>& statuses) {
  std::vector<std::string> acknowledged;
  for (int i = 0; i < count; ++i) {
    std::string text = prefix + std::to_string(i);
    const int status = client.post("/v1/scan", text, "text/plain").status;
    statuses.insert(status);
    if (status == 200) acknowledged.push_back(std::move(text));
  }
  return acknowledged;
}

void check_kept(const DaemonClient& client, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    CAPTURE(text);
    CHECK(client.get("/v1/verdicts/" + sha256(text).uri()).status == 200);
  }
}

// What holds while the store refuses to write. Uploads that were acknowledged all the same
// are added.
void check_refusal(const DaemonSite& site, const DaemonClient& client, int status,
                   std::vector<std::string>& acknowledged) {
  site.write("meanwhile.md", "written while the store refuses");
  std::set<int> statuses;
  for (std::string& text : upload(client, "meanwhile ", 20, statuses)) {
    acknowledged.push_back(std::move(text));
  }
  CHECK(statuses.contains(status));
  CHECK(eventually([&] { return client.get("/readyz").status == 503; }));
  CHECK(client.get("/readyz").body.find("the store refuses writes") != std::string::npos);
  CHECK(client.get("/healthz").status == 200);
  CHECK(client.post("/v1/sync?timeout_ms=200").status == 504);
  // Queries are answered from what is known; texts are scanned, if not remembered.
  CHECK(client.disposition("\"uri\":\"" + site.uri("before.md") + "\"") == "allow");
  CHECK(client.disposition("\"text\":\"" + std::string(DaemonSite::kPoison) + "\"") == "deny");
  CHECK(eventually([&] { return client.metric("credence_store_commit_failures_total") > 0; }));
}

std::vector<std::string> begin(const DaemonSite& site, const DaemonClient& client) {
  site.write("before.md", "before");
  REQUIRE(client.sync());
  std::set<int> statuses;
  auto acknowledged = upload(client, "before ", 20, statuses);
  CHECK(statuses == std::set<int>{200});
  return acknowledged;
}

// After a restart with room: everything is there, and what waited has its verdict.
void check_restart(const DaemonSite& site, const std::vector<std::string>& acknowledged,
                   const std::string& store) {
  DaemonProcess daemon(site);
  const DaemonClient client = daemon.client();
  REQUIRE(client.sync());
  check_kept(client, acknowledged);
  for (const char* name : {"before.md", "meanwhile.md"}) {
    CHECK(client.disposition("\"uri\":\"" + site.uri(name) + "\"") == "allow");
  }
  CHECK(daemon.stop() == 0);
  const CommandResult verified = run_credence({"db", "verify", "--store", site.at(store)});
  CHECK_MESSAGE(verified.exit_code == 0, verified.output);
}

}  // namespace

TEST_CASE("a full disk: work goes on when there is room again") {
  DaemonSettings settings;
  settings.store = "disk/store";
  const DaemonSite site(settings);
  const SmallDisk disk(site.at("disk"));
  if (!disk.mounted()) {
    MESSAGE("not tried: this user may not mount a file system");
    return;
  }
  std::vector<std::string> acknowledged;
  {
    disk.fill(2 << 20);  // so that RocksDB cannot set room aside for its log
    DaemonProcess daemon(site);
    const DaemonClient client = daemon.client();
    acknowledged = begin(site, client);
    disk.fill(0);
    check_refusal(site, client, 507, acknowledged);
    CHECK(site.log().find("make room on the disk") != std::string::npos);
    const std::string log = site.log();
    CHECK(std::count(log.begin(), log.end(), '\n') < 200);

    disk.empty();
    CHECK(eventually([&] { return client.get("/readyz").status == 200; }));
    REQUIRE(client.sync());
    CHECK(client.disposition("\"uri\":\"" + site.uri("meanwhile.md") + "\"") == "allow");
    CHECK(client.post("/v1/scan", "after", "text/plain").status == 200);
    acknowledged.emplace_back("after");
    check_kept(client, acknowledged);

    disk.fill(0);
    std::set<int> ignored;
    for (std::string& text : upload(client, "late ", 10, ignored)) {
      acknowledged.push_back(std::move(text));
    }
    daemon.kill();
    disk.empty();
  }
  check_restart(site, acknowledged, "disk/store");
}

// Another failure of a write than a full disk: what RocksDB holds to be fatal.
TEST_CASE("files that may not grow: refused until a restart, and nothing is lost") {
  const DaemonSite site;
  std::vector<std::string> acknowledged;
  {
    DaemonProcess daemon(site);
    const DaemonClient client = daemon.client();
    acknowledged = begin(site, client);
    limit_files(daemon, true);
    check_refusal(site, client, 500, acknowledged);
    limit_files(daemon, false);
    CHECK(daemon.stop() == 0);
  }
  check_restart(site, acknowledged, "store");
}

}  // namespace credence
