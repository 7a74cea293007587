#pragma once

#include <cstddef>
#include <string>

#include "scanners/model/pickle/machine.h"

namespace credence {

// `value` as Python would write it, in one line of at most some `size_max` bytes:
// `os.system("id")`. Nested calls stand in their places, so what a reader sees is the tree of
// calls. Costs no more than what it writes.
[[nodiscard]] std::string describe(const ValueArena& arena, Value value, std::size_t size_max);

// The call itself, whatever is known of its result.
[[nodiscard]] std::string describe(const ValueArena& arena, const PickleCall& call,
                                   std::size_t size_max);

}  // namespace credence
