#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace credence {

// Writes pickles opcode by opcode, whole ones and such as no pickler would write.
//
//   PickleBuilder(4).import("os", "system").text("id").tuple(1).reduce().stop()
class PickleBuilder {
 public:
  // Begins with PROTO; 0 and 1 have none.
  explicit PickleBuilder(int protocol = 4);

  // Any opcode without argument, by its byte: op("(") is MARK.
  PickleBuilder& op(std::string_view bytes);
  // A name, as the protocol has it: GLOBAL, or two texts and STACK_GLOBAL.
  PickleBuilder& import(std::string_view module, std::string_view name);
  PickleBuilder& global(std::string_view module, std::string_view name);
  PickleBuilder& inst(std::string_view module, std::string_view name);
  PickleBuilder& text(std::string_view value);
  PickleBuilder& bytes(std::string_view value);
  PickleBuilder& integer(std::int32_t value);
  PickleBuilder& put(std::uint8_t index);
  PickleBuilder& get(std::uint8_t index);
  // The topmost values, one to three, as a tuple; none: the empty one.
  PickleBuilder& tuple(int count);
  PickleBuilder& mark() { return op("("); }
  PickleBuilder& reduce() { return op("R"); }
  PickleBuilder& newobj() { return op("\x81"); }
  PickleBuilder& build() { return op("b"); }
  PickleBuilder& pop() { return op("0"); }
  PickleBuilder& stop() { return op("."); }
  // module.name(text), left on the stack.
  PickleBuilder& call(std::string_view module, std::string_view name, std::string_view argument);

  [[nodiscard]] const std::string& str() const noexcept { return out_; }
  operator std::string() const { return out_; }  // NOLINT: implicit

 private:
  void little(std::uint64_t value, int bytes);

  int protocol_;
  std::string out_;
};

}  // namespace credence
