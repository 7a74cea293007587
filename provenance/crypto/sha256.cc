#include "provenance/crypto/sha256.h"

#include <openssl/evp.h>

#include "scanners/core/result.h"

namespace credence {
namespace {

// Fetched once: EVP_sha256() looks the implementation up at every initialisation,
// which costs as much as hashing 300 bytes.
const EVP_MD* algorithm() {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CREDENCE_CHECK(kAlgorithm != nullptr);
  return kAlgorithm;
}

}  // namespace

struct Sha256::Context {
  Context() : md(EVP_MD_CTX_new()) {
    CREDENCE_CHECK(md != nullptr);
    start();
  }
  ~Context() { EVP_MD_CTX_free(md); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  void start() { CREDENCE_CHECK(EVP_DigestInit_ex2(md, algorithm(), nullptr) == 1); }

  EVP_MD_CTX* md;
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::span<const std::byte> bytes) {
  CREDENCE_CHECK(EVP_DigestUpdate(context_->md, bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256& Sha256::update(std::string_view text) {
  return update(std::as_bytes(std::span(text.data(), text.size())));
}

Digest Sha256::finish() {
  Digest digest;
  unsigned size = 0;
  CREDENCE_CHECK(EVP_DigestFinal_ex(context_->md, digest.bytes.data(), &size) == 1);
  CREDENCE_CHECK(size == Digest::kSize);
  context_->start();
  return digest;
}

Digest sha256(std::span<const std::byte> bytes) {
  thread_local Sha256 hash;
  return hash.update(bytes).finish();
}

Digest sha256(std::string_view text) {
  return sha256(std::as_bytes(std::span(text.data(), text.size())));
}

}  // namespace credence
