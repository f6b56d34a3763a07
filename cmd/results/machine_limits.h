// What the machine can do at the most, as documents have it.
#pragma once

#include "cmd/results/fields.h"
#include "common/limits/machine_limits.h"

namespace suite::results {

using limits::MachineLimits;

/// {"connections", "rounds", "seconds", "server_cpu", "client_cpu", "figures": [{"name", "bytes",
/// "per_second", "server_cpu_ns", "client_cpu_ns"}, ...]}. The last three are {"median", "low", "high",
/// "rounds"}, or null where there is no such side; low and high are the ends of the 95 % interval.
Json machine_limits_json(const MachineLimits& limits);

/// The rounds, of figures that this version knows: medians and intervals follow from them.
MachineLimits machine_limits_from(const Fields& fields);

}  // namespace suite::results
