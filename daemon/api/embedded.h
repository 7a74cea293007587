#pragma once

#include <string_view>

namespace credence {

// openapi.json as it was when this was built.
[[nodiscard]] std::string_view openapi_document() noexcept;

}  // namespace credence
