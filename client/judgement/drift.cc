#include "client/judgement/drift.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <vector>

namespace suite {
namespace {

constexpr std::size_t kFewestSeconds = 6;  // whole ones
constexpr double kWorthSaying = 0.1;       // of the larger median
constexpr double kBeyondNoise = 4;         // times what noise explains
constexpr double kPerDeviation =
    0.954;  // median |difference of two| of a normal distribution: 0.6745 x sqrt(2)

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// The standard deviation of one second, as its neighbours show it.
double noise_of(const std::vector<double>& rates) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < rates.size(); ++i) steps.push_back(rates[i] - rates[i - 1]);
  const double slope = median(steps);
  for (double& step : steps) step = std::abs(step - slope);
  return median(steps) / kPerDeviation;
}

}  // namespace

std::optional<Drift> drift_of(std::span<const SeriesPoint> series) {
  std::vector<double> rates;
  for (const SeriesPoint& point : series) {
    if (point.length >= std::chrono::milliseconds(999)) rates.push_back(point.rate());
  }
  if (rates.size() < kFewestSeconds) return std::nullopt;
  const auto third = static_cast<std::ptrdiff_t>(rates.size() / 3);
  const Drift drift{.first = median({rates.begin(), rates.begin() + third}),
                    .last = median({rates.end() - third, rates.end()})};
  const double difference = std::abs(drift.last - drift.first);
  const double explained = noise_of(rates) * std::sqrt(2 / static_cast<double>(third));
  if (difference <= kWorthSaying * std::max(drift.first, drift.last)) return std::nullopt;
  return difference > kBeyondNoise * explained ? std::optional(drift) : std::nullopt;
}

}  // namespace suite
