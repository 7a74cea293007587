#include "tests/support/pickle_builder.h"

namespace credence {

PickleBuilder::PickleBuilder(int protocol) : protocol_(protocol) {
  if (protocol >= 2) out_.append({'\x80', static_cast<char>(protocol)});
}

PickleBuilder& PickleBuilder::op(std::string_view bytes) {
  out_ += bytes;
  return *this;
}

PickleBuilder& PickleBuilder::import(std::string_view module, std::string_view name) {
  if (protocol_ < 4) return global(module, name);
  return text(module).text(name).op("\x93");
}

PickleBuilder& PickleBuilder::global(std::string_view module, std::string_view name) {
  return op("c").op(module).op("\n").op(name).op("\n");
}

PickleBuilder& PickleBuilder::inst(std::string_view module, std::string_view name) {
  return op("i").op(module).op("\n").op(name).op("\n");
}

PickleBuilder& PickleBuilder::text(std::string_view value) {
  if (protocol_ == 0) return op("V").op(value).op("\n");
  op("X");
  little(value.size(), 4);
  return op(value);
}

PickleBuilder& PickleBuilder::bytes(std::string_view value) {
  op("B");
  little(value.size(), 4);
  return op(value);
}

PickleBuilder& PickleBuilder::integer(std::int32_t value) {
  op("J");
  little(static_cast<std::uint32_t>(value), 4);
  return *this;
}

PickleBuilder& PickleBuilder::put(std::uint8_t index) {
  op("q");
  little(index, 1);
  return *this;
}

PickleBuilder& PickleBuilder::get(std::uint8_t index) {
  op("h");
  little(index, 1);
  return *this;
}

PickleBuilder& PickleBuilder::tuple(int count) {
  switch (count) {
    case 0: return op(")");
    case 1: return op("\x85");
    case 2: return op("\x86");
    default: return op("\x87");
  }
}

PickleBuilder& PickleBuilder::call(std::string_view module, std::string_view name,
                                   std::string_view argument) {
  return import(module, name).text(argument).tuple(1).reduce();
}

void PickleBuilder::little(std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out_.push_back(static_cast<char>(value >> (8 * i)));
}

}  // namespace credence
