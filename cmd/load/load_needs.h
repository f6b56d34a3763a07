// What some flags of `suite load` cannot do without.
#pragma once

#include "cmd/cli/option.h"

namespace suite::load_needs {

inline constexpr Need kHttp{.what = "an HTTP target"};
inline constexpr Need kEcho{.what = "a target that is no HTTP server"};
inline constexpr Need kTcp{.what = "a target that is no unix socket"};
inline constexpr Need kNetwork{.what = "a driver with sockets"};
inline constexpr Need kOpenLoop{.what = "a rate"};
inline constexpr Need kRandomness{.what = "a payload or arrivals that are pseudo-random"};
inline constexpr Need kLatency{.what = "latencies that are recorded"};

}  // namespace suite::load_needs
