#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scanners/core/result.h"

namespace credence {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : std::uint8_t {
  kHuman,  // 2026-01-31T12:00:00.000Z info  api: listening address=127.0.0.1:7070
  kJson,   // one object a line: time, level, component, message, and each field
};

[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text) noexcept;

// One named value of a log line. Keys are ours; values may come from outside and
// are escaped.
struct LogField {
  std::string_view key;
  std::string value;
  bool number = false;

  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  template <std::integral T>
  LogField(std::string_view name, T amount)
      : key(name), value(std::to_string(amount)), number(true) {}
};

struct LogOptions {
  LogLevel level = LogLevel::kInfo;  // lines below it are dropped
  LogFormat format = LogFormat::kHuman;
  // Takes whole lines, with their newline, one at a time; standard error when empty.
  std::function<void(std::string_view)> sink;
};

// Writes log lines, synchronously. Thread-safe.
class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  [[nodiscard]] static std::unique_ptr<Logger> create(LogOptions options);
  ~Logger();

  [[nodiscard]] bool enabled(LogLevel level) const noexcept;
  void set_level(LogLevel level) noexcept;

  // `component` is the room that speaks: "api", "watch".
  void log(LogLevel level, std::string_view component, std::string_view message,
           Fields fields = {}) noexcept;

  void debug(std::string_view component, std::string_view message, Fields fields = {}) noexcept {
    if (enabled(LogLevel::kDebug)) log(LogLevel::kDebug, component, message, fields);
  }
  void info(std::string_view component, std::string_view message, Fields fields = {}) noexcept {
    log(LogLevel::kInfo, component, message, fields);
  }
  void warning(std::string_view component, std::string_view message, Fields fields = {}) noexcept {
    log(LogLevel::kWarning, component, message, fields);
  }
  void error(std::string_view component, std::string_view message, Fields fields = {}) noexcept {
    log(LogLevel::kError, component, message, fields);
  }

 private:
  struct State;
  explicit Logger(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace credence
