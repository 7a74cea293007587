#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace credence {

struct HttpAnswer {
  int status = 0;  // 0: the connection ended before a whole response came
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// A small blocking HTTP client for tests: sends any bytes, reads whole responses. Every
// wait ends after ten seconds.
class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);  // 127.0.0.1
  explicit HttpClient(const std::string& unix_path);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] bool connected() const noexcept { return descriptor_ >= 0; }

  // False when the peer does not take it all.
  bool send(std::string_view bytes);
  void finish_sending();

  // The next response; 1xx responses are skipped unless `interim`. `head_only`: the
  // answer to a HEAD request, which has no body.
  HttpAnswer receive(bool head_only = false, bool interim = false);
  // Reads until `text` has come, and returns everything up to and with it; what came
  // before the end otherwise.
  std::string receive_until(std::string_view text);
  // Whether the peer closes the connection, now or within the time-out, sending nothing.
  bool is_closed();

  HttpAnswer get(std::string_view target, std::string_view headers = {});
  HttpAnswer post(std::string_view target, std::string_view body,
                  std::string_view headers = "Content-Type: application/json\r\n");

 private:
  bool read_more();

  int descriptor_ = -1;
  std::string buffer_;
};

}  // namespace credence
