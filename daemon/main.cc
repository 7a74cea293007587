#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include <boost/program_options.hpp>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/load/config.h"
#include "daemon/app.h"
#include "daemon/observe/log.h"
#include "daemon/pipeline/installation.h"

namespace {

using namespace credence;
namespace po = boost::program_options;

constexpr int kExitUsage = 2;
constexpr int kExitUnavailable = 4;

// Tells a service manager how we are (sd_notify(3): a datagram to $NOTIFY_SOCKET).
void notify(const char* state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return;
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  static_cast<void>(::sendto(fd, state, std::strlen(state), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size));
  ::close(fd);
}

Result<Config> read_config(const po::variables_map& values) {
  std::string path = values.count("config") > 0 ? values["config"].as<std::string>() : "";
  if (path.empty() && std::filesystem::exists(kSystemConfig)) path = kSystemConfig;
  if (path.empty()) return Config{};
  return load_config_file(path);
}

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

// The first of `set` that comes.
int wait_for(const sigset_t& set) {
  int signal = 0;
  while (sigwait(&set, &signal) != 0) {
  }
  return signal;
}

// Signals are taken by sigwait(), SIGUSR1 by StopWhileStarting alone; every thread inherits
// the mask.
void block_signals() {
  const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP, SIGUSR1});
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file at its size limit is an error, not our end
}

// Lets SIGTERM and SIGINT end the process at once, for the length of a scope: compiling new
// rules can take a minute, and before the daemon is up nothing of it needs an orderly end.
class StopWhileStarting {
 public:
  explicit StopWhileStarting(Logger& log) : waiter_([&log] { wait(log); }) {}
  ~StopWhileStarting() {
    pthread_kill(waiter_.native_handle(), SIGUSR1);
    waiter_.join();
  }
  StopWhileStarting(const StopWhileStarting&) = delete;
  StopWhileStarting& operator=(const StopWhileStarting&) = delete;

 private:
  static void wait(Logger& log) {
    if (wait_for(set_of({SIGTERM, SIGINT, SIGUSR1})) == SIGUSR1) return;
    log.info("daemon", "stopped while starting");
    std::_Exit(0);
  }

  std::thread waiter_;
};

Result<std::unique_ptr<App>> start(const Config& config, Logger& log) {
  const StopWhileStarting stop(log);
  log.info("daemon", "starting", {{"version", CREDENCE_VERSION}});
  return App::start(config, log);
}

void serve(App& app) {
  while (wait_for(set_of({SIGTERM, SIGINT, SIGHUP})) == SIGHUP) {
    notify("RELOADING=1");
    static_cast<void>(app.reload("signal"));  // it logs what came of it
    notify("READY=1");
  }
}

int run(const po::variables_map& values) {
  const auto config = read_config(values);
  if (!config) {
    std::cerr << "credenced: " << config.error().message() << '\n';
    return kExitUsage;
  }
  LogOptions options;
  options.level = parse_log_level(config->log_level).value_or(LogLevel::kInfo);
  options.format = config->log_json ? LogFormat::kJson : LogFormat::kHuman;
  const auto log = Logger::create(std::move(options));
  block_signals();
  auto app = start(*config, *log);
  if (!app) {
    log->error("daemon", app.error().message());
    return app.error().code() == ErrorCode::kInvalidArgument ? kExitUsage : kExitUnavailable;
  }
  notify("READY=1");
  serve(**app);
  notify("STOPPING=1");
  log->info("daemon", "stopping");
  (*app)->stop();
  log->info("daemon", "stopped");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  po::options_description options("Options");
  options.add_options()("config", po::value<std::string>()->value_name("FILE"),
                        "configuration file (default: /etc/credence/credence.yaml)")(
      "help,h", "show this help")("version", "show the version");
  try {
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, options), values);
    if (values.count("help") > 0) {
      std::cout << "Usage: credenced [--config FILE]\n\nWatches folders, keeps verdicts, answers "
                   "trust queries.\nSIGHUP reloads rules and policy; SIGTERM stops.\n\n"
                << options;
      return 0;
    }
    if (values.count("version") > 0) {
      std::cout << "credenced " CREDENCE_VERSION "\n";
      return 0;
    }
    return run(values);
  } catch (const std::exception& e) {
    std::cerr << "credenced: " << e.what() << '\n';
    return kExitUsage;
  }
}
