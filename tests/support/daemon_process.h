#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "tests/support/http_client.h"
#include "tests/support/openapi_checker.h"

namespace credence {

// Waits for `condition`, asking again and again; false when `patience` ran out.
template <typename Condition>
bool eventually(const Condition& condition,
                std::chrono::seconds patience = std::chrono::seconds(60));
void pause_briefly();

// What the daemon of a site is told.
struct DaemonSettings {
  bool watch = true;  // the folder "base"
  unsigned settle_ms = 20;
  unsigned scan_threads = 2;
  bool move = false;   // bad files are moved to "quarantine"
  bool tcp = false;    // also on a free port
  std::string tokens;  // content of the token file; empty: none
  std::string store;   // where the store is; empty: "store"
  std::string log_level = "info";
};

// A folder with rules, a policy, a configuration and a folder to watch, there for the
// length of a scope. Its rules know one thing: kPoison is malicious.
class DaemonSite {
 public:
  static constexpr std::string_view kPoison = "a poison-marker for tests";

  explicit DaemonSite(DaemonSettings settings = {});
  ~DaemonSite();
  DaemonSite(const DaemonSite&) = delete;
  DaemonSite& operator=(const DaemonSite&) = delete;

  void configure(const DaemonSettings& settings);
  // Rules that find each of `words` malicious, replacing those that were.
  void write_rules(const std::vector<std::string>& words);
  void write_rule_file(std::string_view yaml);

  [[nodiscard]] std::string at(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::string base(const std::string& name) const { return at("base/" + name); }
  [[nodiscard]] std::string uri(const std::string& name) const { return "file://" + base(name); }
  // Writes a file below "base", making its folders.
  void write(const std::string& name, std::string_view text) const;
  [[nodiscard]] std::string log() const;

 private:
  std::string folder_;
};

// Asks a daemon over its Unix socket, a connection a request, and checks every answer
// against the document the daemon serves.
class DaemonClient {
 public:
  explicit DaemonClient(std::string socket, std::string token = {});

  HttpAnswer get(const std::string& target) const;
  HttpAnswer post(const std::string& target, std::string_view body = {},
                  std::string_view type = "application/json") const;

  // POST /v1/sync until it is done; false when `patience` ran out.
  [[nodiscard]] bool sync(std::chrono::seconds patience = std::chrono::seconds(120)) const;
  // The answers to one trust query; `subjects` are JSON objects, or their inside.
  [[nodiscard]] HttpAnswer trust(const std::vector<std::string>& subjects,
                                 std::string_view on_miss = {}) const;
  // The disposition of one subject given as `"uri":"…"`; empty when there is no answer.
  [[nodiscard]] std::string disposition(const std::string& subject,
                                        std::string_view on_miss = {}) const;
  [[nodiscard]] std::int64_t metric(const std::string& name) const;  // -1: there is none

 private:
  void check(std::string_view method, const std::string& target, const HttpAnswer& answer) const;

  std::string socket_;
  std::string authorization_;
  std::shared_ptr<OpenApiChecker> checker_;
};

// credenced, running. Killed with the object. Its log is "log" in the site.
class DaemonProcess {
 public:
  struct Start {
    bool inotify = false;    // without the privilege that fanotify needs
    bool wait_ready = true;  // false: do not wait at all
  };

  explicit DaemonProcess(const DaemonSite& site) : DaemonProcess(site, Start{}) {}
  DaemonProcess(const DaemonSite& site, Start start);
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // Until GET /readyz answers 200, or /healthz does; false when the process ended or
  // `patience` ran out.
  [[nodiscard]] bool wait_ready(std::chrono::seconds patience = std::chrono::seconds(120));
  [[nodiscard]] bool wait_alive(std::chrono::seconds patience = std::chrono::seconds(120));

  [[nodiscard]] DaemonClient client(std::string token = {}) const {
    return DaemonClient(socket_, std::move(token));
  }
  [[nodiscard]] const std::string& socket() const noexcept { return socket_; }
  [[nodiscard]] pid_t process() const noexcept { return process_; }

  void signal(int number) const;
  void kill();  // SIGKILL, and waits
  // The exit status once it ended; -1 when a signal ended it or it does not end.
  int wait_end(std::chrono::seconds patience = std::chrono::seconds(60));
  // SIGTERM, and then the same.
  int stop();

 private:
  [[nodiscard]] bool wait_for(const char* target, std::chrono::seconds patience);
  [[nodiscard]] bool ended();

  std::string socket_;
  std::string log_;
  pid_t process_ = -1;
  int status_ = -1;
};

// Runs `credence` with arguments.
struct CommandResult {
  int exit_code = -1;
  std::string output;  // standard output and error
};
CommandResult run_credence(const std::vector<std::string>& arguments,
                           const std::string& token = {});

// The scalar at a JSON pointer, as text; empty when there is none.
[[nodiscard]] std::string json_at(std::string_view json, const std::string& pointer);

template <typename Condition>
bool eventually(const Condition& condition, std::chrono::seconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace credence
