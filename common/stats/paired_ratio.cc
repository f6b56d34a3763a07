#include "common/stats/paired_ratio.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "common/stats/confidence.h"

namespace suite {
namespace {

// Beyond that the normal approximation is as good, and exact counting takes time that grows with the cube.
constexpr std::size_t kMostPairsCounted = 100;

// The mean of each pair of values, and each value itself, in ascending order.
std::vector<double> walsh_averages(std::span<const double> values) {
  std::vector<double> averages;
  averages.reserve(values.size() * (values.size() + 1) / 2);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) averages.push_back((values[i] + values[j]) / 2);
  }
  std::ranges::sort(averages);
  return averages;
}

// How likely each sum of the ranks of positive differences is, if either sign is as likely: of n ranks each
// is in the sum or not, one after the other.
std::vector<double> signed_rank_probabilities(std::size_t pairs) {
  std::vector<double> probability(pairs * (pairs + 1) / 2 + 1, 0.0);
  probability[0] = 1;
  std::size_t largest = 0;
  for (std::size_t rank = 1; rank <= pairs; ++rank) {
    largest += rank;
    for (std::size_t sum = largest; sum + 1 > 0; --sum) {
      const double without = probability[sum], with = sum >= rank ? probability[sum - rank] : 0;
      probability[sum] = (without + with) / 2;
    }
  }
  return probability;
}

std::size_t approximate_start(std::size_t pairs) {
  constexpr double kQuantile = 1.959964;  // of the normal distribution, for kTail
  const auto n = static_cast<double>(pairs);
  const double mean = n * (n + 1) / 4, deviation = std::sqrt(n * (n + 1) * (2 * n + 1) / 24);
  return static_cast<std::size_t>(mean - kQuantile * deviation);
}

double median_of_sorted(std::span<const double> sorted) {
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

}  // namespace

std::size_t signed_rank_interval_start(std::size_t pairs) {
  if (pairs > kMostPairsCounted) return approximate_start(pairs);
  std::size_t start = 0;
  double below = 0;
  for (const double probability : signed_rank_probabilities(pairs)) {
    below += probability;
    if (below > kTail) break;
    ++start;
  }
  return start;
}

PairedRatio paired_ratio(std::span<const double> samples, std::span<const double> base) {
  assert(samples.size() == base.size() && !samples.empty());
  std::vector<double> logarithms(samples.size());
  std::ranges::transform(samples, base, logarithms.begin(),
                         [](double sample, double against) { return std::log(sample / against); });
  const std::vector<double> averages = walsh_averages(logarithms);
  PairedRatio ratio{.value = std::exp(median_of_sorted(averages)), .interval = {}, .pairs = samples.size()};
  if (const std::size_t start = signed_rank_interval_start(samples.size()); start > 0) {
    ratio.interval = {.low = std::exp(averages[start - 1]),
                      .high = std::exp(averages[averages.size() - start])};
  }
  return ratio;
}

}  // namespace suite
