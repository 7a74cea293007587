#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/digest.h"
#include "scanners/core/result.h"

namespace credence {

// What a caller may do. kAdmin includes the others; kNone needs no token.
enum class Permission : std::uint8_t { kNone = 0, kTrust = 1, kScan = 2, kAdmin = 4 };

// The bearer tokens that are accepted, known only by their SHA-256. Immutable.
//
// Token file: one token a line, `name:scope[,scope]:sha256hex`; empty lines and lines
// that begin with # are skipped. Scopes: trust, scan, admin.
class TokenSet {
 public:
  struct Token {
    std::string name;
    std::uint8_t scopes = 0;
    Digest hash;

    [[nodiscard]] bool allows(Permission permission) const noexcept;
  };

  TokenSet() = default;
  // kInvalidArgument names the line. Two tokens of one name or one hash are refused.
  [[nodiscard]] static Result<TokenSet> parse(std::string_view text);

  [[nodiscard]] bool empty() const noexcept { return tokens_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return tokens_.size(); }

  // The token of an Authorization header's value ("Bearer …"), null when it is none of
  // ours. Takes the same time whichever token it is and wherever it differs.
  [[nodiscard]] const Token* find(std::string_view authorization,
                                  DigestFunction digest) const noexcept;

 private:
  std::vector<Token> tokens_;
};

}  // namespace credence
