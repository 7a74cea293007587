#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace credence {

// The decoded parameters of a query, in order. Bounded by the header limit.
using QueryParams = std::vector<std::pair<std::string, std::string>>;

// Undoes percent-encoding, and '+' as a blank where `plus_is_blank`; nullopt for a
// broken escape, for NUL, and for what is not UTF-8 afterwards.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank);

// application/x-www-form-urlencoded; nullopt when a name or value does not decode.
[[nodiscard]] std::optional<QueryParams> parse_query(std::string_view query);

}  // namespace credence
