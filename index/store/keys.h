#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scanners/core/digest.h"
#include "scanners/core/result.h"

// Keys of the column families. Sequences are big-endian so that they sort.
namespace credence {

inline constexpr std::string_view kSchemaKey = "schema";
inline constexpr std::string_view kQueueNextKey = "queue_next";
inline constexpr char kWorkTag = 's';
inline constexpr char kWorkUriTag = 'u';

[[nodiscard]] std::string sequence_key(std::uint64_t sequence);
// nullopt where `key` is not of sequence_key()'s form.
[[nodiscard]] std::optional<std::uint64_t> parse_sequence(std::string_view key) noexcept;

[[nodiscard]] std::string work_key(std::uint64_t sequence);
[[nodiscard]] std::string work_uri_key(std::string_view uri);

// Borrows from `digest`.
[[nodiscard]] inline std::string_view digest_key(const Digest& digest) noexcept {
  return {reinterpret_cast<const char*>(digest.bytes.data()), Digest::kSize};
}

// The value of an alias.
[[nodiscard]] std::string encode_alias(const Digest& digest);
[[nodiscard]] Result<Digest> decode_alias(std::string_view bytes);

}  // namespace credence
