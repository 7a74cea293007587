#include "daemon/api/http.h"

#include <charconv>
#include <ctime>

namespace credence {

void Head::clear() {
  method = Method::kOther;
  http_1_0 = chunked = expect_continue = expect_unknown = has_origin = false;
  keep_alive = true;
  host_count = 0;
  content_length.reset();
  target.clear();
  host.clear();
  authorization.clear();
  content_type.clear();
  last_event_id.clear();
}

void Response::clear() {
  status = 200;
  content_type = "application/json";
  extra_headers.clear();
  body.clear();
  close = false;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

void append_response(std::string& out, const Response& response, bool keep_alive, bool head_only,
                     std::string_view date) {
  char number[24];
  const auto put_number = [&](auto value) {
    const auto end = std::to_chars(number, number + sizeof number, value).ptr;
    out.append(number, static_cast<std::size_t>(end - number));
  };
  out.append("HTTP/1.1 ");
  put_number(response.status);
  out.append(" ").append(reason_phrase(response.status));
  out.append("\r\nDate: ").append(date);
  out.append("\r\nContent-Type: ").append(response.content_type);
  out.append("\r\nContent-Length: ");
  put_number(response.body.size());
  out.append("\r\n").append(response.extra_headers);
  if (!keep_alive) out.append("Connection: close\r\n");
  out.append("\r\n");
  if (!head_only) out.append(response.body);
}

std::string http_date(std::int64_t unix_s) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_s;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                 kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                                 parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace credence
