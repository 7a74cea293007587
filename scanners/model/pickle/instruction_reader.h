#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "scanners/core/byte_reader.h"
#include "scanners/core/offset_map.h"
#include "scanners/model/pickle/opcode.h"

namespace credence {

// One opcode with its argument, as it stands in the stream.
struct Instruction {
  Opcode opcode = Opcode::kStop;
  ByteSpan span;                   // opcode and argument
  std::string_view text;           // counted bytes, or a line without its line feed
  std::string_view second;         // the second of kTwoLines
  std::uint64_t number = 0;        // of the unsigned kinds and kIndexLine
  std::int64_t signed_number = 0;  // of kSigned4
};

// Cuts a pickle stream into instructions. Nothing is copied: texts borrow the bytes, so an
// attacker's length allocates nothing. Frames (PEP 3154) move nothing, as in the C
// implementation of CPython; where the Python one would refuse them, framing_fault() says so.
class InstructionReader {
 public:
  enum class Step : std::uint8_t {
    kOk,
    kEnd,        // no byte is left
    kUnknown,    // the byte is no opcode
    kTruncated,  // the argument reaches past the end
    kBad,        // the argument is none: a negative count, an index that is no number
  };

  explicit InstructionReader(std::span<const std::byte> bytes) noexcept : reader_(bytes) {}

  // The next instruction. Other than for kOk the position stays on the opcode.
  [[nodiscard]] Step next(Instruction& out) noexcept;

  [[nodiscard]] std::uint64_t position() const noexcept { return reader_.position(); }
  [[nodiscard]] std::uint64_t size() const noexcept { return reader_.size(); }

  // Moves, and forgets the frame at hand. False past the end.
  [[nodiscard]] bool seek(std::uint64_t position) noexcept;

  // Where the frame at hand ends; the position itself outside frames.
  [[nodiscard]] std::uint64_t frame_end() const noexcept;

  // The first instruction that crosses the end of its frame, or frame that begins within
  // another.
  [[nodiscard]] const std::optional<ByteSpan>& framing_fault() const noexcept { return fault_; }

 private:
  [[nodiscard]] Step read_argument(ArgumentKind kind, Instruction& out) noexcept;
  [[nodiscard]] Step counted(std::optional<std::uint64_t> count, Instruction& out) noexcept;
  [[nodiscard]] std::optional<std::string_view> line() noexcept;
  void follow_frames(const Instruction& at) noexcept;

  ByteReader reader_;
  std::uint64_t frame_end_ = 0;
  std::optional<ByteSpan> fault_;
};

// The value of a decimal number as Python's int() reads it (blanks around it, underscores
// between digits, a sign); nullopt where it is none or beyond 64 bits.
[[nodiscard]] std::optional<std::int64_t> parse_python_int(std::string_view text) noexcept;

}  // namespace credence
