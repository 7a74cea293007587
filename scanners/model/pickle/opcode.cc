#include "scanners/model/pickle/opcode.h"

#include <array>

namespace credence {
namespace {

constexpr std::array<OpcodeInfo, 256> kOpcodes = [] {
  std::array<OpcodeInfo, 256> table{};
#define CREDENCE_PICKLE_OPCODE(symbol, byte, name, argument, protocol) \
  table[byte] = {name, ArgumentKind::argument, protocol};
#include "scanners/model/pickle/opcodes.def"
#undef CREDENCE_PICKLE_OPCODE
  return table;
}();

}  // namespace

const OpcodeInfo& opcode_info(std::uint8_t byte) noexcept { return kOpcodes[byte]; }

}  // namespace credence
