#include "scanners/model/pickle/machine.h"

#include <string>

#include <doctest/doctest.h>

#include "scanners/core/clock.h"
#include "scanners/model/pickle/describe.h"
#include "scanners/model/pickle/instruction_reader.h"
#include "tests/support/pickle_builder.h"

namespace credence {
namespace {

using namespace std::string_literals;
using P = PickleBuilder;
using Step = InstructionReader::Step;

// What a stream does, a line an event.
class Log final : public PickleObserver {
 public:
  explicit Log(std::string_view bytes, std::uint64_t skip = 0) : skip_(skip) {
    const SystemClock clock;
    const Limits limits;
    Budget budget(limits, clock, bytes.size());
    outcome = machine_.run(bytes, 0, *this, budget);
  }

  void imported(Value reference, Value, Value, ByteSpan) override {
    line("import " + describe(machine_.arena(), reference, 100));
  }
  void extension(std::uint32_t code, ByteSpan) override {
    line("extension " + std::to_string(code));
  }
  void called(const PickleCall& call) override {
    line("call " + describe(machine_.arena(), call, 200));
  }
  std::uint64_t built(Value target, Value state, ByteSpan at, std::uint64_t) override {
    line("build " + describe(machine_.arena(), target, 100) + " " +
         describe(machine_.arena(), state, 100));
    return skip_ == 0 ? 0 : at.end() + skip_;
  }
  void changed(Value target, ByteSpan) override {
    line("change " + describe(machine_.arena(), target, 100));
  }
  void persistent(Value id, ByteSpan) override {
    line("persistent " + describe(machine_.arena(), id, 100));
  }
  void constant(ByteSpan bytes) override { line("constant " + std::to_string(bytes.length)); }

  std::string text;
  PickleMachine::Outcome outcome;

 private:
  void line(const std::string& what) { text += what + "\n"; }

  PickleMachine machine_;
  std::uint64_t skip_;
};

}  // namespace

TEST_CASE("all opcodes of protocols 0 to 5 are known") {
  int counts[6] = {};
  for (int byte = 0; byte < 256; ++byte) {
    const OpcodeInfo& info = opcode_info(static_cast<std::uint8_t>(byte));
    if (!info.name.empty()) ++counts[info.protocol];
  }
  const int kExpected[6] = {22, 19, 12, 2, 10, 3};
  for (int i = 0; i < 6; ++i) {
    CAPTURE(i);
    CHECK(counts[i] == kExpected[i]);
  }
}

TEST_CASE("arguments are read within bounds") {
  struct Row {
    std::string name;
    std::string bytes;
    Step step;
    std::string text;
    std::uint64_t number;
  };
  const Row kRows[] = {
      {"no byte", "", Step::kEnd, "", 0},
      {"no opcode", "\xFF", Step::kUnknown, "", 0},
      {"no argument", "N", Step::kOk, "", 0},
      {"one byte", "K\x07", Step::kOk, "", 7},
      {"one byte, missing", "K", Step::kTruncated, "", 0},
      {"counted", "U\x02xyz", Step::kOk, "xy", 0},
      {"counted, short", "U\x03xy", Step::kTruncated, "", 0},
      {"counted with four bytes", "X\x01\0\0\0a"s, Step::kOk, "a", 0},
      {"a negative count", "T\xFF\xFF\xFF\xFF"s, Step::kBad, "", 0},
      {"eight bytes of count", "\x8D\x01\0\0\0\0\0\0\0a"s, Step::kOk, "a", 0},
      {"the largest count", "\x8E\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, Step::kTruncated, "", 0},
      {"a line", "Vabc\nd", Step::kOk, "abc", 0},
      {"a line without end", "Vabc", Step::kTruncated, "", 0},
      {"an index", "g12\n", Step::kOk, "12", 12},
      {"an index as int() reads it", "p 1_0 \n", Step::kOk, " 1_0 ", 10},
      {"an index that is none", "gx\n", Step::kBad, "", 0},
      {"a negative index", "g-1\n", Step::kBad, "", 0},
      {"two lines", "cos\nsystem\n", Step::kOk, "os", 0},
      {"two lines, one missing", "cos\nsystem", Step::kTruncated, "", 0},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    InstructionReader reader(std::as_bytes(std::span(row.bytes.data(), row.bytes.size())));
    Instruction at;
    CHECK(reader.next(at) == row.step);
    if (row.step != Step::kOk) {
      CHECK(reader.position() == 0);
      continue;
    }
    CHECK(at.text == row.text);
    if (row.number != 0) CHECK(at.number == row.number);
    CHECK(at.span.end() == reader.position());
  }
}

TEST_CASE("what a stream does is told in its order") {
  struct Row {
    std::string name;
    std::string bytes;
    std::string log;
  };
  const Row kRows[] = {
      {"REDUCE", P(2).global("a", "f").integer(1).op("N\x88").tuple(3).reduce().stop(),
       "import a.f\ncall a.f(1, None, True)\n"},
      {"STACK_GLOBAL", P(4).import("a", "B.c").stop(), "import a.B.c\n"},
      {"INST", P(0).mark().op("I7\n").inst("a", "B").stop(), "import a.B\ncall a.B(7)\n"},
      {"OBJ", P(1).mark().global("a", "B").op("K\x02o").stop(), "import a.B\ncall a.B(2)\n"},
      {"NEWOBJ", P(2).global("a", "B").tuple(0).newobj().stop(), "import a.B\ncall a.B()\n"},
      {"NEWOBJ_EX", P(4).global("a", "B").tuple(0).op("}").text("k").op("K\x01s\x92").stop(),
       "import a.B\ncall a.B(, **{\"k\": 1})\n"},
      {"a tree of calls",
       P(2).global("a", "f")
           .global("b", "g")
           .op("K\x01")
           .tuple(1)
           .reduce()
           .tuple(1)
           .reduce()
           .stop(),
       "import a.f\nimport b.g\ncall b.g(1)\ncall a.f(b.g(1))\n"},
      {"BUILD", P(2).global("a", "B").tuple(0).newobj().op("}").build().stop(),
       "import a.B\ncall a.B()\nbuild a.B() {}\n"},
      {"APPENDS on a list", P(2).op("](NNe").stop(), ""},
      {"APPENDS on an object", P(2).global("a", "B").tuple(0).reduce().op("(Ne").stop(),
       "import a.B\ncall a.B()\nchange a.B()\n"},
      {"persistent ids", P(2).op("Pmine\nK\x05Q").stop(), "persistent \"mine\"\npersistent 5\n"},
      {"the extension registry", P(2).op("\x83\x02\x01").stop(), "extension 258\n"},
      {"buffers", P(5).op("\x97\x98").stop(), ""},
      {"a long constant", P(4).text("12345678").stop(), "constant 8\n"},
      {"getattr",
       P(4).import("builtins", "getattr")
           .import("m", "C")
           .text("d")
           .tuple(2)
           .reduce()
           .put(0)
           .pop()
           .get(0)
           .tuple(0)
           .reduce()
           .stop(),
       "constant 8\nimport builtins.getattr\nimport m.C\ncall builtins.getattr(m.C, \"d\")\ncall "
       "m.C.d()\n"},
      {"import_module",
       P(4).import("builtins", "getattr")
           .call("importlib", "import_module", "os")
           .text("x")
           .tuple(2)
           .reduce()
           .tuple(0)
           .reduce()
           .stop(),
       "constant 8\nimport builtins.getattr\nconstant 9\nconstant 13\nimport "
       "importlib.import_module\ncall "
       "importlib.import_module(\"os\")\ncall builtins.getattr(os, \"x\")\ncall os.x()\n"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const Log log(row.bytes);
    CHECK(log.outcome.end == PickleMachine::End::kStop);
    CHECK(log.outcome.position == row.bytes.size());
    CHECK(log.text == row.log);
  }
}

TEST_CASE("where unpicklers fail it ends, and says where") {
  struct Row {
    std::string name;
    std::string bytes;
    PickleMachine::End end;
    std::uint64_t position;
  };
  const Row kRows[] = {
      {"STOP on nothing", P(2).stop(), PickleMachine::End::kBroken, 3},
      {"REDUCE on one", P(2).op("N").reduce(), PickleMachine::End::kBroken, 3},
      {"TUPLE without a mark", P(2).op("Nt"), PickleMachine::End::kBroken, 3},
      {"below the mark", P(2).op("N(\x85"), PickleMachine::End::kBroken, 4},
      {"POP takes a mark", P(2).op("N(0").stop(), PickleMachine::End::kStop, 6},
      {"an entry never made", P(2).op("h\x01"), PickleMachine::End::kBroken, 2},
      {"a protocol that does not exist", "\x80\x06N."s, PickleMachine::End::kBroken, 0},
      {"an odd dict", P(2).op("(Nd"), PickleMachine::End::kBroken, 4},
      {"no STOP", P(2).op("N"), PickleMachine::End::kNoStop, 3},
      {"no opcode", P(2).op("N\xFF"), PickleMachine::End::kBroken, 3},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    const Log log(row.bytes);
    CHECK(log.outcome.end == row.end);
    CHECK(log.outcome.position == row.position);
  }
}

TEST_CASE("raw bytes behind BUILD are stepped over") {
  const std::string bytes =
      P(2).global("a", "B").tuple(0).newobj().op("}").build().op("\xFF\xFF\xFF").stop();
  CHECK(Log(bytes, 3).outcome.end == PickleMachine::End::kStop);
  CHECK(Log(bytes, 2).outcome.end == PickleMachine::End::kBroken);
  CHECK(Log(bytes, 300).outcome.end == PickleMachine::End::kBroken);
}

}  // namespace credence
