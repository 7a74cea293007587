#include "index/store/keys.h"

#include "index/record/codec.h"
#include "scanners/core/byte_reader.h"

namespace credence {
namespace {

constexpr std::uint8_t kAliasEncoding = 1;

}  // namespace

std::string sequence_key(std::uint64_t sequence) {
  std::string out;
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((sequence >> shift) & 0xFF);
  return out;
}

std::optional<std::uint64_t> parse_sequence(std::string_view key) noexcept {
  if (key.size() != sizeof(std::uint64_t)) return std::nullopt;
  return ByteReader(key).big<std::uint64_t>();
}

std::string work_key(std::uint64_t sequence) { return kWorkTag + sequence_key(sequence); }

std::string work_uri_key(std::string_view uri) { return kWorkUriTag + std::string(uri); }

std::string encode_alias(const Digest& digest) {
  return std::move(Encoder(kAliasEncoding).digest(digest)).take();
}

Result<Digest> decode_alias(std::string_view bytes) {
  Decoder in(bytes);
  const bool known = in.byte() == kAliasEncoding;
  const Digest digest = in.digest();
  if (known && in.finished()) return digest;
  return Error(ErrorCode::kCorrupt, "a stored alias does not read back");
}

}  // namespace credence
