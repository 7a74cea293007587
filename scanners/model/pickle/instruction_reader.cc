#include "scanners/model/pickle/instruction_reader.h"

#include <cstring>
#include <limits>

#include "scanners/core/ascii.h"

namespace credence {
namespace {

template <typename T>
std::optional<std::uint64_t> wide(std::optional<T> value) noexcept {
  return value ? std::optional<std::uint64_t>(*value) : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_python_int(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  bool after_digit = false;
  for (const char c : text) {
    if (c == '_' && after_digit) {
      after_digit = false;
      continue;
    }
    if (!is_digit(c)) return std::nullopt;
    if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10) return std::nullopt;
    value = value * 10 + (c - '0');
    after_digit = true;
  }
  if (!after_digit) return std::nullopt;
  return negative ? -value : value;
}

InstructionReader::Step InstructionReader::next(Instruction& out) noexcept {
  const std::uint64_t start = reader_.position();
  const auto byte = reader_.little<std::uint8_t>();
  if (!byte) return Step::kEnd;
  const OpcodeInfo& info = opcode_info(*byte);
  Step step = info.name.empty() ? Step::kUnknown : Step::kOk;
  if (step == Step::kOk) {
    out.opcode = static_cast<Opcode>(*byte);
    if (info.argument != ArgumentKind::kNone) step = read_argument(info.argument, out);
  }
  if (step != Step::kOk) {
    static_cast<void>(reader_.seek(start));
    return step;
  }
  out.span = {start, reader_.position() - start};
  follow_frames(out);
  return Step::kOk;
}

bool InstructionReader::seek(std::uint64_t position) noexcept {
  frame_end_ = 0;
  return reader_.seek(position);
}

std::uint64_t InstructionReader::frame_end() const noexcept {
  return frame_end_ > position() ? frame_end_ : position();
}

InstructionReader::Step InstructionReader::read_argument(ArgumentKind kind,
                                                         Instruction& out) noexcept {
  const auto number = [&out](std::optional<std::uint64_t> value) {
    if (!value) return Step::kTruncated;
    out.number = *value;
    return Step::kOk;
  };
  switch (kind) {
    case ArgumentKind::kNone: return Step::kOk;
    case ArgumentKind::kUnsigned1: return number(wide(reader_.little<std::uint8_t>()));
    case ArgumentKind::kUnsigned2: return number(wide(reader_.little<std::uint16_t>()));
    case ArgumentKind::kUnsigned4: return number(wide(reader_.little<std::uint32_t>()));
    case ArgumentKind::kUnsigned8: return number(reader_.little<std::uint64_t>());
    case ArgumentKind::kFloat8: return number(reader_.little<std::uint64_t>());
    case ArgumentKind::kSigned4: {
      const auto value = reader_.little<std::uint32_t>();
      if (!value) return Step::kTruncated;
      out.signed_number = static_cast<std::int32_t>(*value);
      return Step::kOk;
    }
    case ArgumentKind::kCounted1: return counted(wide(reader_.little<std::uint8_t>()), out);
    case ArgumentKind::kCounted4: return counted(wide(reader_.little<std::uint32_t>()), out);
    case ArgumentKind::kCounted8: return counted(reader_.little<std::uint64_t>(), out);
    case ArgumentKind::kCountedSigned4: {
      const auto count = reader_.little<std::uint32_t>();
      if (count && *count > 0x7FFFFFFF) return Step::kBad;
      return counted(wide(count), out);
    }
    case ArgumentKind::kLine:
    case ArgumentKind::kIndexLine: {
      const auto text = line();
      if (!text) return Step::kTruncated;
      out.text = *text;
      if (kind == ArgumentKind::kLine) return Step::kOk;
      const auto index = parse_python_int(*text);
      if (!index || *index < 0) return Step::kBad;
      out.number = static_cast<std::uint64_t>(*index);
      return Step::kOk;
    }
    case ArgumentKind::kTwoLines: {
      const auto first = line();
      const auto second = first ? line() : std::nullopt;
      if (!second) return Step::kTruncated;
      out.text = *first;
      out.second = *second;
      return Step::kOk;
    }
  }
  return Step::kUnknown;
}

InstructionReader::Step InstructionReader::counted(std::optional<std::uint64_t> count,
                                                   Instruction& out) noexcept {
  const auto text = count ? reader_.text(*count) : std::nullopt;
  if (!text) return Step::kTruncated;
  out.text = *text;
  return Step::kOk;
}

std::optional<std::string_view> InstructionReader::line() noexcept {
  ByteReader rest = reader_;
  const auto bytes = rest.text(rest.remaining());
  if (!bytes || bytes->empty()) return std::nullopt;
  const void* const found = std::memchr(bytes->data(), '\n', bytes->size());
  if (found == nullptr) return std::nullopt;
  const auto length = static_cast<std::size_t>(static_cast<const char*>(found) - bytes->data());
  static_cast<void>(reader_.skip(length + 1));
  return bytes->substr(0, length);
}

void InstructionReader::follow_frames(const Instruction& at) noexcept {
  const std::uint64_t end = at.span.offset + at.span.length;
  const bool within = at.span.offset < frame_end_;
  if (within && (end > frame_end_ || at.opcode == Opcode::kFrame) && !fault_) fault_ = at.span;
  if (at.opcode == Opcode::kFrame) {
    frame_end_ = at.number > reader_.remaining() ? size() : end + at.number;
  }
}

}  // namespace credence
