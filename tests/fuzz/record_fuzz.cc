// Stored records: whatever decodes encodes to the same bytes.
#include <cstdint>
#include <string_view>

#include "index/record/verdict_record.h"

namespace {

template <typename Decode>
void check(std::string_view bytes, Decode decode) {
  const auto record = decode(bytes);
  if (record.ok()) CREDENCE_CHECK(credence::encode(*record) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes, credence::decode_verdict);
  check(bytes, credence::decode_chunk);
  check(bytes, credence::decode_uri);
  check(bytes, credence::decode_work);
  check(bytes, credence::decode_audit);
  return 0;
}
