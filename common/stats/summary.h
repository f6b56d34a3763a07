// What a few repeated measurements say together.
#pragma once

#include <optional>
#include <vector>

namespace suite {

/// A 95 % confidence interval, both ends included.
struct Interval {
  double low = 0;
  double high = 0;

  bool contains(double value) const { return low <= value && value <= high; }
};

/// The middle value, or the mean of the two in the middle. At least one sample.
double median(std::vector<double> samples);

/// The 95 % interval of the median between two order statistics (Hollander, Wolfe & Chicken 2014,
/// section 3.6): it holds the true median in at least 95 % of cases whatever the distribution. Nothing from
/// fewer than six samples.
std::optional<Interval> median_interval(std::vector<double> samples);

}  // namespace suite
