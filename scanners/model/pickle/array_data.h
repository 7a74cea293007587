#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "scanners/model/pickle/value_arena.h"

namespace credence {

// The raw bytes that joblib puts into a stream behind the BUILD of a NumpyArrayWrapper
// (joblib, numpy_pickle.py: NumpyArrayWrapper.write_array and read_array).
struct ArrayData {
  bool objects = false;     // instead of raw bytes a pickle of its own
  bool aligned = false;     // one byte with the number of filling bytes, and those, come first
  std::uint64_t bytes = 0;  // of the elements
};

// Whether BUILD on `target` makes an array wrapper of joblib.
[[nodiscard]] bool is_array_wrapper(const ValueArena& arena, Value target);

// What follows one that is given `state`; nullopt where shape or dtype are not constants.
[[nodiscard]] std::optional<ArrayData> array_data(const ValueArena& arena, Value state);

// Where the data of `stream` that begin at `start` end; nullopt past the end of the stream.
// For objects the place where their pickle starts.
[[nodiscard]] std::optional<std::uint64_t> array_end(const ArrayData& array,
                                                     std::string_view stream, std::uint64_t start);

// Bytes of one element of a NumPy dtype such as "f8", "<i4", "U5"; nullopt: not known, 0 for
// objects.
[[nodiscard]] std::optional<std::uint64_t> item_size(std::string_view dtype) noexcept;

}  // namespace credence
