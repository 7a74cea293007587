#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "scanners/core/digest.h"

// This room is the only one that knows OpenSSL.
namespace credence {

// SHA-256 (FIPS 180-4) of `bytes`. Thread-safe; the algorithm is fetched once and
// each thread keeps one context, so short inputs cost no allocation.
[[nodiscard]] Digest sha256(std::span<const std::byte> bytes);
[[nodiscard]] Digest sha256(std::string_view text);

// SHA-256 of a stream. One thread at a time.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  Sha256& update(std::span<const std::byte> bytes);
  Sha256& update(std::string_view text);

  // The digest of all that was given; afterwards the object starts anew.
  [[nodiscard]] Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace credence
