#include "tests/support/http_client.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace credence {
namespace {

constexpr timeval kPatience{10, 0};

int connected_or_closed(int descriptor, const sockaddr* address, socklen_t size) {
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  if (connect(descriptor, address, size) == 0) return descriptor;
  close(descriptor);
  return -1;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::map<std::string, std::string> parse_headers(std::string_view head) {
  std::map<std::string, std::string> headers;
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const std::size_t begin = at + 2;
    at = head.find("\r\n", begin);
    const std::string_view line = head.substr(begin, at - begin);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    headers[lower(std::string(line.substr(0, colon)))] = std::string(value);
  }
  return headers;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  descriptor_ =
      connected_or_closed(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

HttpClient::HttpClient(const std::string& unix_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, unix_path.data(),
              std::min(unix_path.size(), sizeof address.sun_path - 1));
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  descriptor_ =
      connected_or_closed(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

HttpClient::~HttpClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpClient::finish_sending() { shutdown(descriptor_, SHUT_WR); }

bool HttpClient::read_more() {
  char bytes[16 * 1024];
  const ssize_t size = recv(descriptor_, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

HttpAnswer HttpClient::receive(bool head_only, bool interim) {
  while (true) {
    std::size_t end = buffer_.find("\r\n\r\n");
    while (end == std::string::npos) {
      if (!read_more()) return {};
      end = buffer_.find("\r\n\r\n");
    }
    HttpAnswer answer;
    const std::string head = buffer_.substr(0, end + 2);
    answer.status = std::atoi(head.c_str() + std::min<std::size_t>(9, head.size()));
    answer.headers = parse_headers(head);
    buffer_.erase(0, end + 4);
    if (answer.status < 200) {
      if (interim) return answer;
      continue;
    }
    if (head_only) return answer;
    const auto length = answer.headers.find("content-length");
    const std::size_t size =
        length == answer.headers.end() ? 0 : std::strtoul(length->second.c_str(), nullptr, 10);
    while (buffer_.size() < size) {
      if (!read_more()) return {};
    }
    answer.body = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
  }
}

std::string HttpClient::receive_until(std::string_view text) {
  std::size_t at = buffer_.find(text);
  while (at == std::string::npos && read_more()) at = buffer_.find(text);
  const std::size_t size = at == std::string::npos ? buffer_.size() : at + text.size();
  std::string out = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return out;
}

bool HttpClient::is_closed() {
  if (!buffer_.empty()) return false;
  char byte = 0;
  const ssize_t size = recv(descriptor_, &byte, 1, 0);
  return size == 0 || (size < 0 && errno == ECONNRESET);
}

HttpAnswer HttpClient::get(std::string_view target, std::string_view headers) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers).append("\r\n");
  send(request);
  return receive();
}

HttpAnswer HttpClient::post(std::string_view target, std::string_view body,
                            std::string_view headers) {
  std::string request = "POST ";
  request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(headers);
  request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  send(request.append(body));
  return receive();
}

}  // namespace credence
