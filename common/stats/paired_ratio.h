// How much larger one thing is than another, from measurements that were taken in pairs.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "common/stats/summary.h"

namespace suite {

/// How often an interval of 95 % excludes the truth.
inline constexpr double kClaimedByChance = 0.05;

/// The fewest pairs that a difference can be claimed from: with five, even if all of them agree, equals look
/// as different in 2 of 2^5 = 6 % of cases.
inline constexpr std::size_t kFewestPairs = 6;

struct PairedRatio {
  double value = 1;                  // Hodges-Lehmann estimate
  std::optional<Interval> interval;  // of 95 % or a little more; nothing from fewer than kFewestPairs
  std::size_t pairs = 0;

  bool shows_difference() const { return interval && !interval->contains(1); }
};

/// The ratio samples[i] / base[i], where both were measured next to each other, so that what slows a whole
/// round cancels out. The estimate is the median of the Walsh averages of the logarithms of the ratios
/// (Hodges & Lehmann 1963), the interval the one that belongs to the exact Wilcoxon signed-rank test
/// (Hollander, Wolfe & Chicken 2014, section 3.3): it holds the true ratio in at least 95 % of cases whatever
/// the shape of the noise, as long as it is symmetric on a logarithmic scale. As many samples in one as in
/// the other, at least one, all greater than zero.
PairedRatio paired_ratio(std::span<const double> samples, std::span<const double> base);

/// The rank, from 1, of the Walsh average at which the exact 95 % interval of `pairs` pairs begins; from the
/// other end it is where it ends. 0: no interval is that narrow.
std::size_t signed_rank_interval_start(std::size_t pairs);

}  // namespace suite
