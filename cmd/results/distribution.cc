#include "cmd/results/distribution.h"

#include <algorithm>
#include <utility>

#include "cmd/results/packed_histogram.h"

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

Distribution::Figures figures_of(const LatencyHistogram& histogram) {
  const LatencyHistogram::Contents contents = histogram.contents();
  Distribution::Figures figures{.count = histogram.count(),
                                .sum = contents.sum,
                                .clamped = contents.clamped,
                                .min = contents.min,
                                .max = contents.max,
                                .stddev = histogram.stddev(),
                                .percentiles = {}};
  std::ranges::transform(kQuantiles, figures.percentiles.begin(),
                         [&](const Quantile& quantile) { return histogram.percentile(quantile.share); });
  return figures;
}

}  // namespace

Distribution::Distribution() : packed_(pack({})) {}

Distribution::Distribution(const LatencyHistogram& histogram)
    : figures_(figures_of(histogram)), packed_(pack(histogram.buckets())) {}

Distribution::Distribution(const LatencyHistogram::Contents& contents)
    : Distribution(LatencyHistogram::from(contents).value_or(LatencyHistogram())) {}

Distribution::Distribution(Figures figures, std::string packed)
    : figures_(figures), packed_(std::move(packed)) {}

std::optional<nanoseconds> Distribution::min() const {
  if (count() == 0) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(figures_.min));
}

std::optional<nanoseconds> Distribution::max() const {
  if (count() == 0) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(figures_.max));
}

std::optional<double> Distribution::mean() const {
  if (count() == 0) return std::nullopt;
  return static_cast<double>(figures_.sum) / static_cast<double>(count());
}

std::optional<nanoseconds> Distribution::percentile(double q) const {
  const auto known = std::ranges::find(kQuantiles, q, &Quantile::share);
  if (known == kQuantiles.end()) return histogram_of(*this).percentile(q);
  return figures_.percentiles[static_cast<std::size_t>(known - kQuantiles.begin())];
}

LatencyHistogram histogram_of(const Distribution& distribution) {
  const Distribution::Figures& figures = distribution.figures();
  auto buckets = unpack(distribution.packed());
  if (!buckets) return {};
  auto histogram = LatencyHistogram::from({.buckets = std::move(*buckets),
                                           .min = figures.min,
                                           .max = figures.max,
                                           .sum = figures.sum,
                                           .clamped = figures.clamped});
  return std::move(histogram).value_or(LatencyHistogram());
}

}  // namespace suite::results
