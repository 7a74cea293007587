#include "daemon/cli/daemon_client.h"

#include <chrono>
#include <cstdlib>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <simdjson.h>

#include "daemon/cli/command.h"

namespace credence::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::chrono::seconds kTimeout{60};
constexpr std::uint64_t kBodyMax = 256ULL << 20;

template <typename Stream>
Result<HttpAnswer> exchange(asio::io_context& context, Stream& stream,
                            const http::request<http::string_body>& request) {
  beast::error_code failure;
  http::response_parser<http::string_body> parser;
  parser.body_limit(kBodyMax);
  beast::flat_buffer buffer;
  http::async_write(stream, request, [&](beast::error_code written, std::size_t) {
    failure = written;
    if (failure) return;
    http::async_read(stream, buffer, parser,
                     [&](beast::error_code read, std::size_t) { failure = read; });
  });
  context.restart();
  context.run();
  if (failure)
    return Error(ErrorCode::kUnavailable, "the daemon did not answer: " + failure.message());
  return HttpAnswer{parser.get().result_int(), std::move(parser.get().body())};
}

Error unreachable(const std::string& where, const std::string& why) {
  return Error(ErrorCode::kUnavailable, "cannot reach credenced at " + where + " (" + why +
                                            "): is it running? --server says where it listens");
}

Result<HttpAnswer> ask_unix(const std::string& path,
                            const http::request<http::string_body>& request) {
  using Socket = asio::local::stream_protocol;
  asio::io_context context;
  beast::basic_stream<Socket> stream(context);
  stream.expires_after(kTimeout);
  beast::error_code failure;
  stream.socket().connect(Socket::endpoint(path), failure);
  if (failure) return unreachable(path, failure.message());
  return exchange(context, stream, request);
}

Result<HttpAnswer> ask_tcp(const std::string& address,
                           const http::request<http::string_body>& request) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) {
    return Error(ErrorCode::kInvalidArgument, "\"" + address + "\" is not ADDRESS:PORT");
  }
  asio::io_context context;
  beast::error_code failure;
  asio::ip::tcp::resolver resolver(context);
  std::string host = address.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto places = resolver.resolve(host, address.substr(colon + 1), failure);
  if (failure) return unreachable(address, failure.message());
  beast::tcp_stream stream(context);
  stream.expires_after(kTimeout);
  asio::connect(stream.socket(), places, failure);
  if (failure) return unreachable(address, failure.message());
  return exchange(context, stream, request);
}

}  // namespace

DaemonAddress daemon_address(const std::string& server, const Config& config) {
  DaemonAddress address;
  if (const char* token = std::getenv("CREDENCE_TOKEN"); token != nullptr) address.token = token;
  constexpr std::string_view kUnix = "unix:";
  constexpr std::string_view kHttp = "http://";
  if (server.starts_with(kUnix)) {
    address.unix_path = server.substr(kUnix.size());
  } else if (!server.empty()) {
    address.tcp = server.starts_with(kHttp) ? server.substr(kHttp.size()) : server;
    while (address.tcp.ends_with('/')) address.tcp.pop_back();
  } else if (!config.listen_unix.empty()) {
    address.unix_path = config.listen_unix;
  } else {
    address.tcp = config.listen_tcp;
  }
  return address;
}

Result<HttpAnswer> ask(const DaemonAddress& address, std::string_view method,
                       std::string_view target, std::string_view json) {
  http::request<http::string_body> request;
  request.version(11);
  request.method_string({method.data(), method.size()});
  request.target({target.data(), target.size()});
  // Without tokens the daemon answers only those who call it by a loopback name.
  request.set(http::field::host, address.unix_path.empty() ? address.tcp : "localhost");
  if (!address.token.empty()) request.set(http::field::authorization, "Bearer " + address.token);
  if (!json.empty()) request.set(http::field::content_type, "application/json");
  request.body() = json;
  request.prepare_payload();
  return address.unix_path.empty() ? ask_tcp(address.tcp, request)
                                   : ask_unix(address.unix_path, request);
}

Error problem_of(const HttpAnswer& answer) {
  std::string message = "credenced answered " + std::to_string(answer.status);
  simdjson::dom::parser parser;
  simdjson::dom::element problem;
  std::string_view text;
  if (parser.parse(answer.body).get(problem) == simdjson::SUCCESS) {
    if (problem["title"].get(text) == simdjson::SUCCESS) message.append(": ").append(text);
    if (problem["detail"].get(text) == simdjson::SUCCESS) message.append(": ").append(text);
  }
  constexpr unsigned kUnauthorized = 401;
  if (answer.status == kUnauthorized) message += ": CREDENCE_TOKEN holds the token to send";
  const bool ours = answer.status >= 500;
  return Error(ours ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument, message);
}

int fail_to_ask(const Error& error) {
  const bool usage = error.code() == ErrorCode::kInvalidArgument;
  return fail(error, usage ? kExitUsage : kExitUnavailable);
}

}  // namespace credence::cli
