// Runs of the same load from several machines, added up as if one machine had made them.
#pragma once

#include <span>

#include "cmd/results/load_run.h"

namespace suite::results {

/// Counters, rates, CPU time, connections and threads are sums; histograms are added exactly; the window is
/// the longest one, and throughput is over it. What cannot be known of all together is left out: the
/// percentiles of a second, the idle share of cores. Warnings are not among it. `runs` are not empty.
LoadRun add_runs(std::span<const LoadRun> runs);

}  // namespace suite::results
