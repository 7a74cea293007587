#include "daemon/api/auth.h"

#include <algorithm>
#include <optional>

namespace credence {
namespace {

constexpr std::size_t kTokensMax = 1'000;
constexpr std::size_t kNameBytesMax = 64;

std::optional<std::uint8_t> parse_scopes(std::string_view text) noexcept {
  std::uint8_t scopes = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view name = text.substr(0, comma);
    Permission permission = Permission::kNone;
    if (name == "trust") permission = Permission::kTrust;
    if (name == "scan") permission = Permission::kScan;
    if (name == "admin") permission = Permission::kAdmin;
    if (permission == Permission::kNone) return std::nullopt;
    scopes = static_cast<std::uint8_t>(scopes | static_cast<std::uint8_t>(permission));
    if (comma == std::string_view::npos) return scopes;
    text.remove_prefix(comma + 1);
  }
}

bool good_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Result<TokenSet::Token> parse_line(std::string_view line) {
  const auto refuse = [](std::string_view why) {
    return Error(ErrorCode::kInvalidArgument,
                 std::string(why) + "; expected name:scope[,scope]:sha256hex");
  };
  const std::size_t first = line.find(':');
  if (first == std::string_view::npos) return refuse("no colon");
  const std::size_t second = line.find(':', first + 1);
  if (second == std::string_view::npos) return refuse("only one colon");
  if (!good_name(line.substr(0, first))) return refuse("bad name");
  const auto scopes = parse_scopes(line.substr(first + 1, second - first - 1));
  if (!scopes) return refuse("unknown scope");
  const auto hash = Digest::parse(line.substr(second + 1));
  if (!hash) return refuse("bad SHA-256");
  return TokenSet::Token{std::string(line.substr(0, first)), *scopes, *hash};
}

// Zero when equal; touches every byte.
unsigned difference(const Digest& a, const Digest& b) noexcept {
  unsigned bits = 0;
  for (std::size_t i = 0; i < Digest::kSize; ++i) {
    bits |= static_cast<unsigned>(a.bytes[i] ^ b.bytes[i]);
  }
  return bits;
}

bool starts_with_bearer(std::string_view text) noexcept {
  static constexpr std::string_view kScheme = "bearer ";
  if (text.size() < kScheme.size()) return false;
  for (std::size_t i = 0; i < kScheme.size(); ++i) {
    const char c = text[i];
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower != kScheme[i]) return false;
  }
  return true;
}

}  // namespace

bool TokenSet::Token::allows(Permission permission) const noexcept {
  if (permission == Permission::kNone) return true;
  const auto wanted = static_cast<unsigned>(permission) | static_cast<unsigned>(Permission::kAdmin);
  return (scopes & wanted) != 0;
}

Result<TokenSet> TokenSet::parse(std::string_view text) {
  TokenSet set;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = "token file, line " + std::to_string(number);
    auto token = parse_line(line);
    if (!token) return std::move(token).error().with_context(where);
    for (const Token& other : set.tokens_) {
      if (other.name == token->name || other.hash == token->hash) {
        return Error(ErrorCode::kInvalidArgument, where + ": name or hash is there already");
      }
    }
    if (set.tokens_.size() == kTokensMax) {
      return Error(ErrorCode::kInvalidArgument, where + ": too many tokens");
    }
    set.tokens_.push_back(*std::move(token));
  }
  return set;
}

const TokenSet::Token* TokenSet::find(std::string_view authorization,
                                      DigestFunction digest) const noexcept {
  if (!starts_with_bearer(authorization)) return nullptr;
  const std::string_view secret = authorization.substr(7);
  const Digest hash = digest(std::as_bytes(std::span(secret.data(), secret.size())));
  const Token* found = nullptr;
  for (const Token& token : tokens_) {
    found = difference(token.hash, hash) == 0 ? &token : found;
  }
  return found;
}

}  // namespace credence
