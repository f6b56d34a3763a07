// How latency grows with the load, as text: what `suite bench --load-at` ends with.
#pragma once

#include <span>
#include <string>

#include "cmd/results/bench_document.h"

namespace suite::bench {

/// A table for each workload that was measured at shares of each server's maximum, and below them what a knee
/// is. Empty where there is none.
std::string latency_tables(std::span<const results::BenchSection> sections);

}  // namespace suite::bench
