// Measures all figures of this machine.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>

#include "common/base/error.h"
#include "common/limits/machine_limits.h"

namespace suite::limits {

/// Of each figure; an interval of the median leaves out the best and the worst.
inline constexpr std::uint64_t kRounds = 9;

/// Takes eight seconds, with 100 connections. `goes_on` is asked before each round of each figure; once it
/// says no, the result has what was measured until then.
std::expected<MachineLimits, Error> measure_machine(std::uint64_t connections,
                                                    const std::function<bool()>& goes_on);

}  // namespace suite::limits
