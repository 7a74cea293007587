#include "daemon/api/trust_request.h"

#include <cstring>
#include <string>

#include <simdjson.h>

#include "daemon/api/hex_digest.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kDigitCount = 2 * Digest::kSize;
constexpr std::size_t kParserBytesKept = 1 << 20;
constexpr std::size_t kIdBytesMax = 4'096;
constexpr std::size_t kUriBytesMax = 8'192;
constexpr std::size_t kNameShownMax = 80;

// The place in a body where something is wrong.
struct Place {
  std::size_t subject = 0;
  bool inside = false;

  [[nodiscard]] std::string text() const {
    return inside ? "subjects[" + std::to_string(subject) + "]: " : std::string();
  }
};

Error refuse(const Place& place, std::string message) {
  return Error(ErrorCode::kInvalidArgument, place.text() + std::move(message));
}

std::string quoted(std::string_view name) { return "\"" + printable(name, kNameShownMax) + "\""; }

Result<std::string_view> string_of(const Place& place, std::string_view key,
                                   simdjson::dom::element value) {
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return refuse(place, quoted(key) + " must be a string");
  }
  return text;
}

Result<void> set_name(const Place& place, std::string_view key, simdjson::dom::element value,
                      std::size_t bytes_max, std::string_view& name, bool& has) {
  if (has) return refuse(place, quoted(key) + " is given twice");
  auto text = string_of(place, key, value);
  if (!text) return std::move(text).error();
  if (text->empty() || text->size() > bytes_max) {
    return refuse(place, quoted(key) + " must have 1 to " + std::to_string(bytes_max) + " bytes");
  }
  name = *text;
  has = true;
  return {};
}

Result<void> set_member(const Place& place, std::string_view key, simdjson::dom::element value,
                        TrustSubject& subject) {
  if (key == "uri") return set_name(place, key, value, kUriBytesMax, subject.uri, subject.has_uri);
  if (key == "id") return set_name(place, key, value, kIdBytesMax, subject.id, subject.has_id);
  if (key == "digest") {
    if (subject.has_digest) return refuse(place, "\"digest\" is given twice");
    auto text = string_of(place, key, value);
    if (!text) return std::move(text).error();
    const auto digest = Digest::parse(*text);
    if (!digest) {
      return refuse(place, "\"digest\" must be a SHA-256: 64 hexadecimal digits");
    }
    subject.digest = *digest;
    subject.has_digest = true;
    return {};
  }
  if (key == "text") {
    if (subject.has_text) return refuse(place, "\"text\" is given twice");
    auto text = string_of(place, key, value);
    if (!text) return std::move(text).error();
    subject.text = *text;
    subject.has_text = true;
    return {};
  }
  return refuse(place, "unknown key " + quoted(key));
}

Result<void> read_subjects(simdjson::dom::element value, std::vector<TrustSubject>& subjects) {
  simdjson::dom::array items;
  if (value.get(items) != simdjson::SUCCESS) {
    return refuse({}, "\"subjects\" must be an array");
  }
  for (const simdjson::dom::element item : items) {
    const Place place{subjects.size(), true};
    if (subjects.size() == TrustRequest::kSubjectsMax) {
      return refuse({}, "\"subjects\" has more than " + std::to_string(TrustRequest::kSubjectsMax) +
                            " entries");
    }
    simdjson::dom::object members;
    if (item.get(members) != simdjson::SUCCESS) return refuse(place, "must be an object");
    TrustSubject& subject = subjects.emplace_back();
    for (const auto& [key, member] : members) {
      if (auto set = set_member(place, key, member, subject); !set) return set;
    }
    if (!subject.has_digest && !subject.has_uri && !subject.has_id && !subject.has_text) {
      return refuse(place, "needs one of \"digest\", \"text\", \"uri\", \"id\"");
    }
  }
  return {};
}

Result<OnMiss> read_on_miss(simdjson::dom::element value) {
  auto text = string_of({}, "on_miss", value);
  if (!text) return std::move(text).error();
  if (*text == "deny") return OnMiss::kDeny;
  if (*text == "allow") return OnMiss::kAllow;
  if (*text == "scan") return OnMiss::kScan;
  if (*text == "pending") return OnMiss::kPending;
  return refuse({}, "\"on_miss\" must be deny, allow, scan or pending");
}

Result<std::uint32_t> read_deadline(simdjson::dom::element value) {
  std::int64_t ms = 0;
  if (value.get(ms) != simdjson::SUCCESS || ms < 0 || ms > TrustRequest::kDeadlineMsMax) {
    return refuse({}, "\"deadline_ms\" must be a whole number from 0 to " +
                          std::to_string(TrustRequest::kDeadlineMsMax));
  }
  return static_cast<std::uint32_t>(ms);
}

// Moves the subjects to `digests` when each of them is one.
void keep_digests_alone(TrustRequest& request) {
  for (const TrustSubject& subject : request.subjects) {
    if (!subject.has_digest || subject.has_text || subject.has_uri || subject.has_id) return;
  }
  request.digests.reserve(request.subjects.size());
  for (const TrustSubject& subject : request.subjects) request.digests.push_back(subject.digest);
  request.subjects.clear();
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Walks over bodies of the shape {"subjects":[{"digest":"…"},…]} with blanks anywhere
// that JSON has them. Stops without a verdict at anything else. The padding of the
// body is zero bytes, which match nothing, so no read needs a check against the end.
class DigestWalker {
 public:
  explicit DigestWalker(PaddedView body) noexcept
      : at_(body.data()), end_(body.data() + body.size()) {}

  bool walk(std::vector<Digest>& digests) {
    if (!take('{') || !take_word("\"subjects\"") || !take(':') || !take('[')) return false;
    do {
      if (digests.size() == TrustRequest::kSubjectsMax || !take_subject(digests)) return false;
    } while (take(','));
    if (!take(']') || !take('}')) return false;
    skip_blanks();
    return at_ == end_;
  }

 private:
  void skip_blanks() noexcept {
    while (is_blank(*at_)) ++at_;
  }
  bool take(char c) noexcept {
    skip_blanks();
    if (*at_ != c) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view word) noexcept {
    static_assert(PaddedBuffer::kPadding >= 16, "words are compared past the end");
    skip_blanks();
    if (std::memcmp(at_, word.data(), word.size()) != 0) return false;
    at_ += word.size();
    return true;
  }
  bool take_subject(std::vector<Digest>& digests) {
    static_assert(PaddedBuffer::kPadding >= kDigitCount);
    if (!take('{') || !take_word("\"digest\"") || !take(':') || !take('"')) return false;
    if (std::memcmp(at_, "sha256:", 7) == 0) at_ += 7;
    if (!parse_hex_digest(at_, digests.emplace_back())) return false;
    at_ += kDigitCount;
    if (*at_ != '"') return false;
    ++at_;
    return take('}');
  }

  const char* at_;
  const char* const end_;
};

}  // namespace

void TrustRequest::clear() {
  digests.clear();
  subjects.clear();
  on_miss = OnMiss::kDefault;
  deadline_ms.reset();
}

struct TrustRequestParser::Impl {
  simdjson::dom::parser parser;

  Result<void> read(simdjson::dom::object members, TrustRequest& request);
};

TrustRequestParser::TrustRequestParser() : impl_(std::make_unique<Impl>()) {}
TrustRequestParser::~TrustRequestParser() = default;

Result<void> TrustRequestParser::parse(PaddedView body, TrustRequest& request) {
  request.clear();
  if (DigestWalker(body).walk(request.digests)) return {};
  return parse_any(body, request);
}

Result<void> TrustRequestParser::parse_any(PaddedView body, TrustRequest& request) {
  static_assert(PaddedBuffer::kPadding >= simdjson::SIMDJSON_PADDING);
  request.clear();
  if (impl_->parser.capacity() > kParserBytesKept) impl_->parser = simdjson::dom::parser();
  simdjson::dom::element root;
  const auto error = impl_->parser.parse(body.data(), body.size(), false).get(root);
  if (error != simdjson::SUCCESS) {
    return refuse({}, "the body is not valid JSON: " + std::string(error_message(error)));
  }
  simdjson::dom::object members;
  if (root.get(members) != simdjson::SUCCESS) return refuse({}, "the body must be an object");
  return impl_->read(members, request);
}

Result<void> TrustRequestParser::Impl::read(simdjson::dom::object members, TrustRequest& request) {
  bool has_subjects = false;
  bool has_on_miss = false;
  for (const auto& [key, value] : members) {
    if (key == "subjects") {
      if (has_subjects) return refuse({}, "\"subjects\" is given twice");
      has_subjects = true;
      if (auto read = read_subjects(value, request.subjects); !read) return read;
    } else if (key == "on_miss") {
      if (has_on_miss) return refuse({}, "\"on_miss\" is given twice");
      has_on_miss = true;
      auto on_miss = read_on_miss(value);
      if (!on_miss) return std::move(on_miss).error();
      request.on_miss = *on_miss;
    } else if (key == "deadline_ms") {
      if (request.deadline_ms) return refuse({}, "\"deadline_ms\" is given twice");
      auto deadline = read_deadline(value);
      if (!deadline) return std::move(deadline).error();
      request.deadline_ms = *deadline;
    } else {
      return refuse({}, "unknown key " + quoted(key));
    }
  }
  if (!has_subjects) return refuse({}, "\"subjects\" is missing");
  if (request.subjects.empty()) return refuse({}, "\"subjects\" is empty");
  keep_digests_alone(request);
  return {};
}

}  // namespace credence
