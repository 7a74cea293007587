#include "tests/support/daemon_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <simdjson.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace credence {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr std::string_view kRuleHead =
    "family: sample\n"
    "code: CRD-INJ-001\n"
    "languages: [en]\n"
    "atlas: AML.T0051\n"
    "owasp: \"LLM01:2025\"\n"
    "stride: T\n"
    "rules:\n";

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_whole(const std::string& path, std::string_view text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  REQUIRE_MESSAGE(out.good(), path);
}

// Becomes `program`, with its output in `log`. Only calls that are safe after fork().
[[noreturn]] void become(const char* program, char* const* arguments, int log, bool inotify) {
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (inotify) ::prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0);
  ::execv(program, arguments);
  ::_exit(127);
}

}  // namespace

void pause_briefly() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

DaemonSite::DaemonSite(DaemonSettings settings) {
  char name[] = "/tmp/credence_site_XXXXXX";
  REQUIRE(::mkdtemp(name) != nullptr);
  folder_ = name;
  for (const char* each : {"base", "rules"}) fs::create_directory(at(each));
  write_rules({"poison-marker"});
  configure(settings);
}

DaemonSite::~DaemonSite() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void DaemonSite::configure(const DaemonSettings& settings) {
  if (!settings.tokens.empty()) write_whole(at("tokens"), settings.tokens);
  std::string yaml = "rules: rules\ncache: cache\nstore: ";
  yaml += settings.store.empty() ? "store" : settings.store;
  yaml += "\nquarantine:\n  directory: quarantine\n  action: ";
  yaml += settings.move ? "move" : "label";
  yaml += "\nlisten:\n  unix: socket\n  tcp: ";
  yaml += settings.tcp ? "127.0.0.1:0" : "\"\"";
  if (!settings.tokens.empty()) yaml += "\n  tokens: tokens";
  yaml += "\nworkers:\n  count: 1\n  scan_threads: " + std::to_string(settings.scan_threads);
  yaml += "\nlog:\n  level: " + settings.log_level + "\n";
  if (settings.watch) {
    yaml += "sources:\n  - path: base\n    settle_ms: " + std::to_string(settings.settle_ms) + "\n";
  }
  write_whole(at("credence.yaml"), yaml);
}

void DaemonSite::write_rules(const std::vector<std::string>& words) {
  std::string yaml(kRuleHead);
  for (const std::string& word : words) {
    yaml += "  - id: sample-" + word + "\n    title: The word " + word + "\n    pattern: '" + word +
            "'\n    strength: strong\n    severity: high\n    score: 0.95\n    match: ['a " + word +
            "', 'the " + word + " here']\n    no_match: ['nothing', 'at all']\n";
  }
  write_rule_file(yaml);
}

void DaemonSite::write_rule_file(std::string_view yaml) {
  write_whole(at("rules/sample.yaml"), yaml);
}

void DaemonSite::write(const std::string& name, std::string_view text) const {
  fs::create_directories(fs::path(base(name)).parent_path());
  write_whole(base(name), text);
}

std::string DaemonSite::log() const { return read_whole(at("log")); }

DaemonClient::DaemonClient(std::string socket, std::string token) : socket_(std::move(socket)) {
  if (!token.empty()) authorization_ = "Authorization: Bearer " + token + "\r\n";
  const HttpAnswer document = HttpClient(socket_).get("/v1/openapi.json");
  if (document.status == 200) checker_ = std::make_shared<OpenApiChecker>(document.body);
}

HttpAnswer DaemonClient::get(const std::string& target) const {
  HttpAnswer answer = HttpClient(socket_).get(target, authorization_);
  check("GET", target, answer);
  return answer;
}

HttpAnswer DaemonClient::post(const std::string& target, std::string_view body,
                              std::string_view type) const {
  std::string headers = authorization_;
  if (!body.empty()) headers.append("Content-Type: ").append(type).append("\r\n");
  HttpAnswer answer = HttpClient(socket_).post(target, body, headers);
  check("POST", target, answer);
  return answer;
}

void DaemonClient::check(std::string_view method, const std::string& target,
                         const HttpAnswer& answer) const {
  if (answer.status == 0 || !checker_) return;
  const auto type = answer.headers.find("content-type");
  OpenApiChecker::Exchange exchange{.method = method,
                                    .path = target,
                                    .status = answer.status,
                                    .content_type = {},
                                    .body = answer.body};
  if (type != answer.headers.end()) exchange.content_type = type->second;
  for (const std::string& defect : checker_->check(exchange)) {
    FAIL_CHECK(std::string(method), " ", target, ": ", defect, " in ", answer.body);
  }
}

bool DaemonClient::sync(std::chrono::seconds patience) const {
  const auto done = [&] { return post("/v1/sync?timeout_ms=5000").status == 200; };
  return eventually(done, patience);
}

HttpAnswer DaemonClient::trust(const std::vector<std::string>& subjects,
                               std::string_view on_miss) const {
  std::string body = "{\"subjects\":[";
  for (const std::string& subject : subjects) {
    if (body.back() != '[') body += ',';
    body += "{" + subject + "}";
  }
  body += ']';
  if (!on_miss.empty()) body.append(",\"on_miss\":\"").append(on_miss).append("\"");
  return post("/v1/trust", body + "}");
}

std::string DaemonClient::disposition(const std::string& subject, std::string_view on_miss) const {
  return json_at(trust({subject}, on_miss).body, "/results/0/disposition");
}

std::int64_t DaemonClient::metric(const std::string& name) const {
  const std::string text = "\n" + get("/metrics").body;
  const std::size_t at = text.find("\n" + name + " ");
  if (at == std::string::npos) return -1;
  return std::strtoll(text.c_str() + at + name.size() + 2, nullptr, 10);
}

DaemonProcess::DaemonProcess(const DaemonSite& site, Start start)
    : socket_(site.at("socket")), log_(site.at("log")) {
  const std::string program = CREDENCE_BIN_DIR "/credenced";
  std::string arguments[] = {program, "--config", site.at("credence.yaml")};
  char* argv[] = {arguments[0].data(), arguments[1].data(), arguments[2].data(), nullptr};
  const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  REQUIRE(log >= 0);
  process_ = ::fork();
  REQUIRE(process_ >= 0);
  if (process_ == 0) become(program.c_str(), argv, log, start.inotify);
  ::close(log);
  if (start.wait_ready) REQUIRE_MESSAGE(wait_ready(), site.log());
}

DaemonProcess::~DaemonProcess() { kill(); }

bool DaemonProcess::wait_ready(std::chrono::seconds patience) {
  return wait_for("/readyz", patience);
}

bool DaemonProcess::wait_alive(std::chrono::seconds patience) {
  return wait_for("/healthz", patience);
}

bool DaemonProcess::wait_for(const char* target, std::chrono::seconds patience) {
  bool over = false;
  const bool answered = eventually(
      [&] {
        over = ended();
        if (over) return true;
        HttpClient client(socket_);
        return client.connected() && client.get(target).status == 200;
      },
      patience);
  return answered && !over;
}

bool DaemonProcess::ended() {
  if (process_ <= 0) return true;
  if (::waitpid(process_, &status_, WNOHANG) != process_) return false;
  process_ = -1;
  return true;
}

void DaemonProcess::signal(int number) const {
  if (process_ > 0) ::kill(process_, number);
}

void DaemonProcess::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  while (::waitpid(process_, &status_, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
}

int DaemonProcess::stop() {
  signal(SIGTERM);
  return wait_end();
}

int DaemonProcess::wait_end(std::chrono::seconds patience) {
  if (!eventually([&] { return ended(); }, patience)) {
    kill();
    return -1;
  }
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1;
}

CommandResult run_credence(const std::vector<std::string>& arguments, const std::string& token) {
  std::string command = token.empty() ? "" : "CREDENCE_TOKEN='" + token + "' ";
  command += CREDENCE_BIN_DIR "/credence";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  command += " 2>&1";
  CommandResult result;
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 4096> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe)) {
    result.output.append(block.data(), size);
  }
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

std::string json_at(std::string_view json, const std::string& pointer) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  if (parser.parse(json.data(), json.size()).at_pointer(pointer).get(element) !=
      simdjson::SUCCESS) {
    return {};
  }
  std::string_view text;
  if (element.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(element);
}

}  // namespace credence
