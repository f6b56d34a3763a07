#include "common/stats/unpaired_ratio.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "common/stats/confidence.h"
#include "common/stats/summary.h"

namespace suite {
namespace {

// Beyond that the normal approximation is as good, and exact counting takes time that grows with n^4.
constexpr std::size_t kMostValuesCounted = 50;

// How likely each value of the statistic U is, if both come from the same distribution: the largest of all is
// one of the samples, and then exceeds every value of the base, or one of the base.
std::vector<double> mann_whitney_probabilities(std::size_t samples, std::size_t base) {
  std::vector<std::vector<double>> row(base + 1, {1.0});  // by the size of the base, of no samples
  for (std::size_t i = 1; i <= samples; ++i) {
    std::vector<std::vector<double>> next{{1.0}};
    for (std::size_t j = 1; j <= base; ++j) {
      const double total = static_cast<double>(i + j);
      const double is_sample = static_cast<double>(i) / total, is_base = static_cast<double>(j) / total;
      std::vector<double> probability(i * j + 1, 0.0);
      for (std::size_t u = 0; u < row[j].size(); ++u) probability[u + j] += is_sample * row[j][u];
      for (std::size_t u = 0; u < next[j - 1].size(); ++u) probability[u] += is_base * next[j - 1][u];
      next.push_back(std::move(probability));
    }
    row = std::move(next);
  }
  return row[base];
}

std::size_t approximate_start(std::size_t samples, std::size_t base) {
  constexpr double kQuantile = 1.959964;  // of the normal distribution, for kTail
  const auto n = static_cast<double>(samples), m = static_cast<double>(base);
  return static_cast<std::size_t>(std::max(0.0, n * m / 2 - kQuantile * std::sqrt(n * m * (n + m + 1) / 12)));
}

}  // namespace

std::size_t mann_whitney_interval_start(std::size_t samples, std::size_t base) {
  if (std::max(samples, base) > kMostValuesCounted) return approximate_start(samples, base);
  std::size_t start = 0;
  double below = 0;
  for (const double probability : mann_whitney_probabilities(samples, base)) {
    below += probability;
    if (below > kTail) break;
    ++start;
  }
  return start;
}

PairedRatio unpaired_ratio(std::span<const double> samples, std::span<const double> base) {
  assert(!samples.empty() && !base.empty());
  std::vector<double> logarithms;
  logarithms.reserve(samples.size() * base.size());
  for (const double sample : samples) {
    for (const double against : base) logarithms.push_back(std::log(sample / against));
  }
  std::ranges::sort(logarithms);
  PairedRatio ratio{
      .value = std::exp(median(logarithms)), .interval = {}, .pairs = std::min(samples.size(), base.size())};
  if (ratio.pairs < kFewestPairs) return ratio;
  if (const std::size_t start = mann_whitney_interval_start(samples.size(), base.size()); start > 0) {
    ratio.interval = {.low = std::exp(logarithms[start - 1]),
                      .high = std::exp(logarithms[logarithms.size() - start])};
  }
  return ratio;
}

}  // namespace suite
