#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "config/load/config.h"
#include "daemon/observe/log.h"
#include "scanners/core/result.h"

namespace credence {

// The composition root of credenced: builds the parts, hands each what it needs, and
// takes them down in reverse. It decides nothing itself.
class App {
 public:
  // Everything is up when this returns: rules compiled and tested, workers started,
  // verdicts loaded, folders watched, sockets bound. `log` outlives the app.
  [[nodiscard]] static Result<std::unique_ptr<App>> start(const Config& config, Logger& log);
  ~App();

  // Reads rules and policy anew. A set that cannot be read, compiled or that fails its
  // own examples leaves the old one in force. Thread-safe.
  Result<void> reload(std::string_view actor);

  // Ends in order: no new requests, requests under way, watching, scans under way, store.
  void stop();

  // The TCP port that was bound; 0 without TCP.
  [[nodiscard]] std::uint16_t tcp_port() const noexcept;

 private:
  struct State;
  explicit App(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace credence
