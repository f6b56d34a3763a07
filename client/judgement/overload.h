// Whether an open loop asked for more than it got.
#pragma once

#include <optional>

#include "client/load_result.h"

namespace suite {

/// The share of the requests that were due which were sent in their time: 0 to 1. Nothing where the rate was
/// met, up to what chance does to it, and of a closed loop.
std::optional<double> share_of_rate_reached(const LoadResult& result);

/// Whether so much was missing that requests queue up for as long as the run lasts: then the latencies say
/// how long that was, and not how fast the server is.
bool overloaded(const LoadResult& result);

}  // namespace suite
