// Whether Nagle's algorithm waited for delayed acknowledgements.
#pragma once

#include <cstdint>
#include <optional>

#include "common/net/kernel_counters.h"
#include "common/stats/latency_histogram.h"

namespace suite {

/// How many latencies lie where a delayed acknowledgement puts them, 39 to 51 ms: the kernel's timer takes 40
/// ms and up to a tick, which is 10 ms where the kernel has a hundred a second. 0 unless they are at least
/// ten, one in a hundred of all, and a mode of their own: four times as many as lie beside them, from 30 to
/// 39 and from 51 to 60 ms. With `counted`, what the kernel counted meanwhile, also 0 unless that has half as
/// many timers run out: a server behind a network that merely takes 40 ms lets none.
std::uint64_t latencies_of_delayed_acks(const LatencyHistogram& latency,
                                        const std::optional<KernelCounters>& counted);

}  // namespace suite
