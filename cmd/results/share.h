// How much of what the machine can do a contestant reached.
#pragma once

#include <optional>

#include "cmd/results/measures.h"

namespace suite::results {

/// Throughput as a share of that of the bare loops, or their server CPU per request as a share of the
/// contestant's: 1 is all that there is, by either. Above 1 is possible: the loops are on epoll. Nothing for
/// other metrics, where the section has no ceiling or it was not measured, and, of throughput, where the
/// server has several workers: the loops have one thread.
std::optional<double> share_of_limit(const std::optional<MachineLimits>& limits, const BenchSection& section,
                                     const BenchContestant& contestant, Metric metric);

}  // namespace suite::results
