// How much larger one thing is than another, from measurements that were not taken in pairs.
#pragma once

#include <cstddef>
#include <span>

#include "common/stats/paired_ratio.h"

namespace suite {

/// The ratio of `samples` to `base`, each measured by itself. The estimate is the median of the logarithms of
/// all ratios samples[i] / base[j] (Hodges & Lehmann 1963), the interval the one that belongs to the exact
/// Mann-Whitney test (Mann & Whitney 1947; Hollander, Wolfe & Chicken 2014, section 4.3): it holds the true
/// ratio in at least 95 % of cases whatever the shape of the noise, as long as both have the same. `pairs` is
/// the smaller of both counts; no interval where that is below kFewestPairs. At least one of each, all
/// greater than zero.
PairedRatio unpaired_ratio(std::span<const double> samples, std::span<const double> base);

/// The rank, from 1, of the difference at which the 95 % interval begins, of all `samples` x `base`; from the
/// other end it is where it ends. 0: no interval is that narrow. Exact up to 50 of each, then by the normal
/// distribution.
std::size_t mann_whitney_interval_start(std::size_t samples, std::size_t base);

}  // namespace suite
