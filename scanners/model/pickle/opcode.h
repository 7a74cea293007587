#pragma once

#include <cstdint>
#include <string_view>

// This room reads Python pickles without running anything: a symbolic machine follows the
// opcodes, and data (config/models) says what each imported name would give an attacker.
namespace credence {

// Values are the bytes of the stream. opcodes.def is the list.
enum class Opcode : std::uint8_t {
#define CREDENCE_PICKLE_OPCODE(symbol, byte, name, argument, protocol) symbol = byte,
#include "scanners/model/pickle/opcodes.def"
#undef CREDENCE_PICKLE_OPCODE
};

// What stands behind an opcode in the stream. Numbers are little endian.
enum class ArgumentKind : std::uint8_t {
  kNone,
  kUnsigned1,
  kUnsigned2,
  kUnsigned4,
  kUnsigned8,
  kSigned4,
  kFloat8,
  kCounted1,  // an unsigned count of that many bytes, and the bytes
  kCounted4,
  kCountedSigned4,  // a negative count is an error
  kCounted8,
  kLine,       // up to a line feed
  kIndexLine,  // a decimal number up to a line feed
  kTwoLines,
};

struct OpcodeInfo {
  std::string_view name;  // empty: no opcode
  ArgumentKind argument = ArgumentKind::kNone;
  std::uint8_t protocol = 0;
};

// Of any byte of a stream.
[[nodiscard]] const OpcodeInfo& opcode_info(std::uint8_t byte) noexcept;
[[nodiscard]] inline std::string_view to_string(Opcode opcode) noexcept {
  return opcode_info(static_cast<std::uint8_t>(opcode)).name;
}

}  // namespace credence
