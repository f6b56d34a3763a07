// Whether a document is worth the time that the machine's limits take.
#pragma once

#include <cstdint>
#include <optional>

#include "cmd/bench/plan.h"

namespace suite::bench {

/// With how many connections the machine's limits are to be measured before the plan: those of the first
/// section that a limit bounds. Nothing where there is no such section, and for plans under half a minute, of
/// which eight seconds would be much.
std::optional<std::uint64_t> connections_of_limits(const Plan& plan);

}  // namespace suite::bench
