// Which HTTP status codes are no error.
#pragma once

#include <bitset>
#include <expected>
#include <string>
#include <string_view>

namespace suite {

/// Index: the status code.
using StatusSet = std::bitset<1000>;

/// From `first` to `last`, both in it.
StatusSet statuses(unsigned first, unsigned last);

/// "404", "4xx", "200-299", "1xx-3xx", or several of them with commas between. What is wrong otherwise, to be
/// read on after the flag's name.
std::expected<StatusSet, std::string> parse_statuses(std::string_view text);

}  // namespace suite
