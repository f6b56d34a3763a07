// What a few repeated measurements say together: medians, and how far they can be trusted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace suite {

/// A 95 % confidence interval, both ends included.
struct Interval {
  double low = 0;
  double high = 0;

  bool contains(double value) const { return low <= value && value <= high; }
};

struct Estimate {
  double value = 0;
  Interval interval;
};

/// The middle value, or the mean of the two in the middle. At least one sample.
double median(std::vector<double> samples);

/// The median with its percentile-bootstrap interval (Efron & Tibshirani 1993, ch. 13): the samples are drawn
/// anew, with replacement, 2,000 times, and the interval holds the middle 95 % of the medians. The same
/// samples and seed give the same interval. With n samples it is never wider than from the least to the
/// greatest, which misses the true median in 2 of 2^n cases: fewer than five samples cannot show much.
Estimate estimate_median(std::span<const double> samples, std::uint64_t seed);

/// How `samples` compare with `base`, where samples[i] and base[i] were measured next to each other: the
/// median of the ratios taken pair by pair, so that what slows a whole round cancels out. As many samples in
/// one as in the other, at least one, and none of `base` zero.
Estimate estimate_paired_ratio(std::span<const double> samples, std::span<const double> base,
                               std::uint64_t seed);

}  // namespace suite
