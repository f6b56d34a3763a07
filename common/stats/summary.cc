#include "common/stats/summary.h"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <random>

namespace suite {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::size_t kCutOff = kResamples * 25 / 1000;  // 2.5 % at either end

// An index below `size`. Not std::uniform_int_distribution: its results differ between libraries. The bias
// of the remainder is below size / 2^64.
std::size_t draw(std::mt19937_64& random, std::size_t size) { return random() % size; }

double median_in_place(std::vector<double>& samples) {
  assert(!samples.empty());
  const auto middle = samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2);
  std::ranges::nth_element(samples, middle);
  if (samples.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(samples.begin(), middle)) / 2;
}

}  // namespace

double median(std::vector<double> samples) { return median_in_place(samples); }

Estimate estimate_median(std::span<const double> samples, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> medians(kResamples);
  std::vector<double> drawn(samples.size());
  for (double& each : medians) {
    for (double& sample : drawn) sample = samples[draw(random, samples.size())];
    each = median_in_place(drawn);
  }
  std::ranges::sort(medians);
  return {.value = median({samples.begin(), samples.end()}),
          .interval = {.low = medians[kCutOff], .high = medians[kResamples - 1 - kCutOff]}};
}

Estimate estimate_paired_ratio(std::span<const double> samples, std::span<const double> base,
                               std::uint64_t seed) {
  assert(samples.size() == base.size());
  std::vector<double> ratios(samples.size());
  std::ranges::transform(samples, base, ratios.begin(),
                         [](double sample, double against) { return sample / against; });
  return estimate_median(ratios, seed);
}

}  // namespace suite
