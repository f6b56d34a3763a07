#include "common/stats/summary.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace suite {

double median(std::vector<double> samples) {
  assert(!samples.empty());
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::ranges::nth_element(samples, middle);
  if (samples.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(samples.begin(), middle)) / 2;
}

std::optional<Interval> median_interval(std::vector<double> samples) {
  constexpr double kTail = 0.025;  // of either end
  const std::size_t n = samples.size();
  // Each sample lies below the true median with probability 1/2: how many do is binomial.
  std::size_t start = 0;  // the rank, from 1, of the order statistic where the interval begins
  double below = 0, term = std::exp2(-static_cast<double>(n));
  while (start < n && below + term <= kTail) {
    below += term;
    term *= static_cast<double>(n - start) / static_cast<double>(start + 1);
    ++start;
  }
  if (start == 0 || n == 0) return std::nullopt;
  std::ranges::sort(samples);
  return Interval{.low = samples[start - 1], .high = samples[n - start]};
}

}  // namespace suite
