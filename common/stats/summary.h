// What a few repeated measurements say together.
#pragma once

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

}  // namespace suite
