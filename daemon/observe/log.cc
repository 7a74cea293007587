#include "daemon/observe/log.h"

#include <array>
#include <chrono>
#include <ctime>
#include <mutex>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "scanners/core/json_writer.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};
constexpr std::size_t kValueBytesMax = 4'096;  // of one message or field in the human format

class FunctionSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FunctionSink(std::function<void(std::string_view)> function)
      : function_(std::move(function)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    function_(std::string_view(line.data(), line.size()));
  }
  void flush_() override {}

 private:
  std::function<void(std::string_view)> function_;
};

spdlog::level::level_enum spdlog_level(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

// RFC 3339, UTC, milliseconds.
std::string now_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  char tail[8];
  std::snprintf(tail, sizeof tail, ".%03dZ", static_cast<int>(ms % 1000));
  return std::string(text, size) + tail;
}

std::string json_line(LogLevel level, std::string_view component, std::string_view message,
                      Logger::Fields fields) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("time", now_text()).member("level", to_string(level));
  json.member("component", component).member("message", message);
  for (const LogField& field : fields) {
    json.key(field.key);
    if (field.number) {
      json.raw(field.value);
    } else {
      json.value(field.value);
    }
  }
  json.end_object();
  return line;
}

std::string human_line(LogLevel level, std::string_view component, std::string_view message,
                       Logger::Fields fields) {
  std::string line = now_text();
  line.append(" ").append(to_string(level)).append(" ").append(component).append(": ");
  line.append(printable(message, kValueBytesMax));
  for (const LogField& field : fields) {
    const std::string value = printable(field.value, kValueBytesMax);
    line.append(" ").append(field.key).append("=");
    if (value.find_first_of(" \"=") == std::string::npos && !value.empty()) {
      line.append(value);
    } else {
      append_json_string(line, value);
    }
  }
  return line;
}

}  // namespace

std::string_view to_string(LogLevel level) noexcept {
  return kLevelNames[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_log_level(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kLevelNames.size(); ++i) {
    if (kLevelNames[i] == text) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

struct Logger::State {
  LogFormat format;
  spdlog::logger logger;
};

Logger::Logger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Logger::~Logger() = default;

std::unique_ptr<Logger> Logger::create(LogOptions options) {
  spdlog::sink_ptr sink;
  if (options.sink) {
    sink = std::make_shared<FunctionSink>(std::move(options.sink));
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  auto state = std::make_unique<State>(
      State{.format = options.format, .logger = spdlog::logger("credence", std::move(sink))});
  state->logger.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
  state->logger.set_level(spdlog_level(options.level));
  state->logger.flush_on(spdlog::level::warn);
  return std::unique_ptr<Logger>(new Logger(std::move(state)));
}

bool Logger::enabled(LogLevel level) const noexcept {
  return state_->logger.should_log(spdlog_level(level));
}

void Logger::set_level(LogLevel level) noexcept { state_->logger.set_level(spdlog_level(level)); }

void Logger::log(LogLevel level, std::string_view component, std::string_view message,
                 Fields fields) noexcept {
  if (!enabled(level)) return;
  const std::string line = state_->format == LogFormat::kJson
                               ? json_line(level, component, message, fields)
                               : human_line(level, component, message, fields);
  state_->logger.log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace credence
