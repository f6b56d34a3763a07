// Latencies as bars that a person can look at.
#pragma once

#include <cstddef>
#include <string>

#include "common/stats/latency_histogram.h"

namespace suite {

struct BarStyle {
  std::size_t columns = 80;  // of the terminal; bars shrink to fit, and below 50 the label is short
  bool unicode = false;      // bars of blocks, with ends of an eighth
};

/// The distribution in at most 14 rows, from the least latency to the greatest: each row goes up to a round
/// value, and the values of all rows are evenly spaced on a logarithmic scale. A row's bar is as long as its
/// share of the latencies. Whole lines, to stand in a summary; empty where there are no latencies.
///
///   distribution  up to  33us   2.1 %  #
///                        47us  91.3 %  ######################################
std::string distribution_report(const LatencyHistogram& latencies, const BarStyle& style);

}  // namespace suite
