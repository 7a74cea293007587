#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace credence {

// Why an operation of ours failed, chosen by what a caller would do about it.
// What is wrong with scanned *content* is never an Error: it is a finding or a
// lowered coverage (see scan_sink.h).
enum class ErrorCode : std::uint8_t {
  kInvalidArgument,    // the caller's request or configuration is wrong
  kNotFound,           // the named thing does not exist
  kAlreadyExists,      // it exists and was expected not to
  kPermissionDenied,   // the operating system or a token refused
  kUnavailable,        // try again later: queue full, store or worker down
  kDeadlineExceeded,   // the budgeted time ran out
  kResourceExhausted,  // disk full, out of descriptors
  kCorrupt,            // one of our own records does not read back
  kUnsupported,        // this build or kernel cannot
  kIo,                 // any other failure of the operating system
  kInternal,           // a third-party library failed in an unforeseen way
};

[[nodiscard]] constexpr std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument: return "invalid argument";
    case ErrorCode::kNotFound: return "not found";
    case ErrorCode::kAlreadyExists: return "already exists";
    case ErrorCode::kPermissionDenied: return "permission denied";
    case ErrorCode::kUnavailable: return "unavailable";
    case ErrorCode::kDeadlineExceeded: return "deadline exceeded";
    case ErrorCode::kResourceExhausted: return "resource exhausted";
    case ErrorCode::kCorrupt: return "corrupt record";
    case ErrorCode::kUnsupported: return "unsupported";
    case ErrorCode::kIo: return "input/output error";
    case ErrorCode::kInternal: return "internal error";
  }
  return "unknown error";
}

// A code for programs and a message for the operator. The message says what was
// attempted, on what, and what to do next where that is known; it is never parsed.
class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

  // The same error with "context: " put before its message.
  [[nodiscard]] Error with_context(std::string_view context) && {
    return Error(code_, std::string(context) + ": " + std::move(message_));
  }

 private:
  ErrorCode code_;
  std::string message_;
};

// Ends the process when `condition` is false: a bug of ours, not bad input.
// Always on. Never used on a condition that content or a caller can bring about.
#define CREDENCE_CHECK(condition)                                                        \
  do {                                                                                   \
    if (!(condition)) [[unlikely]] {                                                     \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                      \
    }                                                                                    \
  } while (false)

// A value or an Error. Reading the value of a failed Result ends the process.
//
//   Result<int> r = parse(text);
//   if (!r) return std::move(r).error();
//   use(*r);
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] T& value() & {
    CREDENCE_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] const T& value() const& {
    CREDENCE_CHECK(ok());
    return *std::get_if<0>(&state_);
  }
  [[nodiscard]] T value() && {
    CREDENCE_CHECK(ok());
    return std::move(*std::get_if<0>(&state_));
  }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T operator*() && { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const& {
    CREDENCE_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error error() && {
    CREDENCE_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

// Success or an Error: `return {};` is success.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_(std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  [[nodiscard]] const Error& error() const& {
    CREDENCE_CHECK(!ok());
    return *std::get_if<1>(&state_);
  }
  [[nodiscard]] Error error() && {
    CREDENCE_CHECK(!ok());
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace credence
