#include "scanners/identify/json_shape.h"

#include <bitset>

namespace credence {
namespace {

constexpr std::size_t kDepthMax = 512;

// What may come next.
enum class Expect : std::uint8_t {
  kValue,
  kValueOrClose,
  kKey,
  kKeyOrClose,
  kColon,
  kCommaOrClose
};

class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) noexcept : text_(text) {}

  JsonPrefix run() noexcept {
    if (text_.empty() || (text_[0] != '{' && text_[0] != '[')) return {};
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
        continue;
      }
      if (!token(c)) return {};
      if (depth_ == 0) return {JsonShape::kComplete, at_};
    }
    return {JsonShape::kCut, 0};
  }

 private:
  bool token(char c) noexcept {
    switch (c) {
      case '{':
      case '[': return open(c == '{');
      case '}':
      case ']': return close(c == '}');
      case ':': return step(expect_ == Expect::kColon, Expect::kValue);
      case ',':
        return step(expect_ == Expect::kCommaOrClose,
                    is_object_[depth_ - 1] ? Expect::kKey : Expect::kValue);
      case '"': return string();
      default: return word();
    }
  }

  bool step(bool allowed, Expect next) noexcept {
    ++at_;
    expect_ = next;
    return allowed;
  }

  [[nodiscard]] bool wants_value() const noexcept {
    return expect_ == Expect::kValue || expect_ == Expect::kValueOrClose;
  }

  bool open(bool object) noexcept {
    if (!wants_value() || depth_ == kDepthMax) return false;
    is_object_[depth_++] = object;
    return step(true, object ? Expect::kKeyOrClose : Expect::kValueOrClose);
  }

  bool close(bool object) noexcept {
    const bool allowed = expect_ == Expect::kCommaOrClose ||
                         expect_ == (object ? Expect::kKeyOrClose : Expect::kValueOrClose);
    if (!allowed || is_object_[depth_ - 1] != object) return false;
    --depth_;
    return step(true, Expect::kCommaOrClose);
  }

  bool string() noexcept {
    const bool key = expect_ == Expect::kKey || expect_ == Expect::kKeyOrClose;
    if (!key && !wants_value()) return false;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') return false;
      if (text_[at_] == '"') return step(true, key ? Expect::kColon : Expect::kCommaOrClose);
      if (text_[at_] == '\\') ++at_;
    }
    at_ = text_.size();
    return true;
  }

  // A number or a literal; NaN and Infinity, which loaders accept, included.
  bool word() noexcept {
    static constexpr std::string_view kLiterals[] = {"true", "false", "null", "NaN", "Infinity"};
    if (!wants_value()) return false;
    const std::size_t end = text_.find_first_of(" \t\r\n,:[]{}\"", at_);
    const bool cut = end == std::string_view::npos;
    std::string_view text = text_.substr(at_, cut ? end : end - at_);
    at_ = cut ? text_.size() : end;
    expect_ = Expect::kCommaOrClose;
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.empty()) return cut;
    if (text[0] >= '0' && text[0] <= '9') {
      return text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
    }
    for (const std::string_view literal : kLiterals) {
      if (cut ? literal.starts_with(text) : literal == text) return true;
    }
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  Expect expect_ = Expect::kValue;
  std::bitset<kDepthMax> is_object_;
};

}  // namespace

JsonPrefix json_prefix(std::string_view text) noexcept { return JsonWalk(text).run(); }

}  // namespace credence
