// Reading the list of a sweep: "1,2,4,...,65536".
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/cli/option_value.h"
#include "common/base/units.h"

namespace suite::bench {

inline constexpr std::size_t kMostPoints = 64;

using ParseNumber = std::expected<std::uint64_t, UnitsError>(std::string_view text);

/// Numbers in ascending order, each within `range`, at most kMostPoints. `...` stands for the numbers between
/// its neighbours that continue the ratio of the two before it: 1,4,...,64 is 1,4,16,64. The number behind it
/// is always part of the list, also where the ratio does not hit it: 1,2,...,1000 ends 256,512,1000. A number
/// that does not come out whole is rounded. The error is for the user, and follows the flag's name.
std::expected<std::vector<std::uint64_t>, std::string> read_sweep_list(std::string_view list,
                                                                       ParseNumber* parse,
                                                                       values::Range range);

}  // namespace suite::bench
