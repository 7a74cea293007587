#include "daemon/api/request_parser.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace credence {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

// What chunk headers, extensions and trailers may take beside the data.
constexpr std::uint32_t kChunkLineBytesMax = 4'096;

std::string_view view(BeastView text) noexcept { return {text.data(), text.size()}; }

// Ours stops Beast's parser with this error after setting a problem.
error_code stop() { return http::error::bad_value; }

class Parser final : public http::basic_parser<true> {
 public:
  Parser(Head& head, std::uint32_t head_bytes_max) : head_(head) {
    header_limit(head_bytes_max);
    body_limit(boost::none);  // limits depend on the route; see on_chunk_header_impl()
    eager(false);
  }

  void read_chunks_into(PaddedBuffer& body, std::uint64_t bytes_max) {
    body_ = &body;
    body_bytes_max_ = bytes_max;
    header_limit(kChunkLineBytesMax);
  }

  [[nodiscard]] std::optional<Problem>& problem() noexcept { return problem_; }

 private:
  error_code refuse(ProblemKind kind, std::string detail) {
    problem_ = Problem{kind, std::move(detail)};
    return stop();
  }

  error_code too_large() {
    return refuse(ProblemKind::kContentTooLarge,
                  "at most " + std::to_string(body_bytes_max_) + " bytes are accepted here");
  }

  void on_request_impl(http::verb method, BeastView, BeastView target, int version,
                       error_code& ec) override {
    ec = {};
    head_.method = method == http::verb::get    ? Method::kGet
                   : method == http::verb::head ? Method::kHead
                   : method == http::verb::post ? Method::kPost
                                                : Method::kOther;
    head_.http_1_0 = version == 10;
    head_.target.assign(target.data(), target.size());
  }

  void on_field_impl(http::field name, BeastView name_text, BeastView value,
                     error_code& ec) override;
  void on_content_length(std::string_view digits, error_code& ec);

  void on_header_impl(error_code& ec) override {
    ec = {};
    head_.keep_alive = keep_alive();
    if (!head_.http_1_0 && head_.host_count == 0) {
      ec = refuse(ProblemKind::kMalformedHttp, "the Host header is missing");
    }
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code& ec) override {
    ec = {};
  }
  std::size_t on_body_impl(BeastView data, error_code& ec) override {
    ec = {};
    return data.size();
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView, error_code& ec) override {
    ec = {};
    if (size > body_bytes_max_ - body_->size()) ec = too_large();
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView data, error_code& ec) override {
    ec = {};
    body_->append(view(data));
    return data.size();
  }
  void on_response_impl(int, BeastView, int, error_code& ec) override { ec = {}; }
  void on_finish_impl(error_code& ec) override { ec = {}; }

  Head& head_;
  PaddedBuffer* body_ = nullptr;
  std::uint64_t body_bytes_max_ = 0;
  std::optional<Problem> problem_;
};

void Parser::on_field_impl(http::field name, BeastView name_text, BeastView value, error_code& ec) {
  ec = {};
  if (body_ != nullptr) return;  // trailers say nothing to us
  const auto set = [&](std::string& field) { field.assign(value.data(), value.size()); };
  if (name == http::field::host) {
    if (++head_.host_count > 1) {
      ec = refuse(ProblemKind::kMalformedHttp, "more than one Host header");
    }
    set(head_.host);
  } else if (name == http::field::content_length) {
    on_content_length(view(value), ec);
  } else if (name == http::field::transfer_encoding) {
    if (head_.http_1_0) {
      ec = refuse(ProblemKind::kMalformedHttp, "Transfer-Encoding in HTTP/1.0");
    } else if (!boost::beast::iequals(value, "chunked")) {
      ec = refuse(ProblemKind::kNotImplemented, "only the transfer coding \"chunked\" is known");
    }
    head_.chunked = true;
  } else if (name == http::field::authorization) {
    set(head_.authorization);
  } else if (name == http::field::content_type) {
    set(head_.content_type);
  } else if (name == http::field::expect) {
    const bool known = boost::beast::iequals(value, "100-continue");
    head_.expect_continue |= known;
    head_.expect_unknown |= !known;
  } else if (name == http::field::origin) {
    head_.has_origin = true;
  } else if (boost::beast::iequals(name_text, "Last-Event-ID")) {
    set(head_.last_event_id);
  }
}

// Beast has refused what is no number, and numbers that differ.
void Parser::on_content_length(std::string_view digits, error_code& ec) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (head_.content_length || error != std::errc() || end != digits.data() + digits.size()) {
    ec = refuse(ProblemKind::kMalformedHttp, "more than one Content-Length");
    return;
  }
  head_.content_length = length;
}

// What a client is told of an error that Beast found.
Problem explain(error_code ec, bool in_head, bool have_target) {
  if (ec == http::error::header_limit) {
    if (!in_head) return {ProblemKind::kMalformedHttp, "a chunk header or trailer is too long"};
    if (!have_target) return {ProblemKind::kUriTooLong, "the request line is too long"};
    return {ProblemKind::kHeaderTooLarge, "the header is larger than the daemon accepts"};
  }
  if (ec == http::error::bad_version) {
    return {ProblemKind::kVersionNotSupported, "the request line does not end in HTTP/1.1"};
  }
  return {ProblemKind::kMalformedHttp, ec.message()};
}

}  // namespace

struct RequestParser::Impl {
  const std::uint32_t head_bytes_max;
  std::optional<Parser> parser;
  Head* head = nullptr;
  std::size_t head_bytes = 0;
  bool head_reported = false;
  State state = State::kNeedMore;
  Problem problem;

  void fail(Problem why) {
    state = State::kFailed;
    problem = std::move(why);
  }
};

RequestParser::RequestParser(std::uint32_t head_bytes_max)
    : impl_(std::make_unique<Impl>(Impl{head_bytes_max, {}, {}, {}, {}, {}, {}})) {}
RequestParser::~RequestParser() = default;

void RequestParser::start(Head& head) {
  head.clear();
  impl_->head = &head;
  impl_->parser.emplace(head, impl_->head_bytes_max);
  impl_->head_bytes = 0;
  impl_->head_reported = false;
  impl_->state = State::kNeedMore;
}

void RequestParser::read_chunks_into(PaddedBuffer& body, std::uint64_t bytes_max) {
  impl_->parser->read_chunks_into(body, bytes_max);
}

RequestParser::State RequestParser::state() const noexcept { return impl_->state; }
const Problem& RequestParser::problem() const noexcept { return impl_->problem; }

std::size_t RequestParser::feed(std::string_view data) {
  Parser& parser = *impl_->parser;
  std::size_t consumed = 0;
  error_code ec;
  while (true) {
    const std::string_view rest = data.substr(consumed);
    consumed += parser.put(boost::asio::const_buffer(rest.data(), rest.size()), ec);
    if (ec && ec != http::error::need_more) {
      impl_->fail(parser.problem()
                      ? *parser.problem()
                      : explain(ec, !impl_->head_reported, !impl_->head->target.empty()));
      return consumed;
    }
    if (!impl_->head_reported) {
      impl_->head_bytes += consumed;
      if (impl_->head_bytes > impl_->head_bytes_max) {
        impl_->fail(explain(http::error::header_limit, true, true));
      } else if (parser.is_header_done()) {
        impl_->head_reported = true;
        impl_->state = State::kHead;
      }
      return consumed;
    }
    if (parser.is_done()) {
      impl_->state = State::kDone;
      return consumed;
    }
    impl_->state = State::kNeedMore;
    if (ec == http::error::need_more || consumed == data.size()) return consumed;
  }
}

}  // namespace credence
