#include "provenance/crypto/sha256.h"

#include <string>

#include <doctest/doctest.h>

namespace credence {

// Vectors of FIPS 180-4's example file.
TEST_CASE("SHA-256 gives the published digests") {
  const struct {
    const char* name;
    std::string text;
    const char* hex;
  } cases[] = {
      {"empty", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"a million", std::string(1000000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(sha256(c.text).hex() == c.hex);
    Sha256 stream;
    for (std::size_t i = 0; i < c.text.size(); i += 977) stream.update(c.text.substr(i, 977));
    CHECK(stream.finish().hex() == c.hex);
    CHECK(stream.finish().hex() == cases[0].hex);
  }
}

}  // namespace credence
