#include "cmd/results/distribution.h"

#include <algorithm>
#include <utility>

#include "cmd/results/packed_histogram.h"

namespace suite::results {
namespace {

using std::chrono::nanoseconds;

Distribution::Totals totals_of(const LatencyHistogram& histogram) {
  const LatencyHistogram::Contents contents = histogram.contents();
  return {.count = histogram.count(),
          .sum = contents.sum,
          .clamped = contents.clamped,
          .min = contents.min,
          .max = contents.max};
}

Distribution::Figures figures_of(const LatencyHistogram& histogram) {
  Distribution::Figures figures{.stddev = histogram.stddev(), .percentiles = {}};
  std::ranges::transform(kQuantiles, figures.percentiles.begin(),
                         [&](const Quantile& quantile) { return histogram.percentile(quantile.share); });
  return figures;
}

}  // namespace

Distribution::Distribution() : figures_(Figures{}), packed_(pack({})) {}

Distribution::Distribution(const LatencyHistogram& histogram)
    : totals_(totals_of(histogram)), figures_(figures_of(histogram)), packed_(pack(histogram.buckets())) {}

Distribution::Distribution(const LatencyHistogram::Contents& contents)
    : Distribution(LatencyHistogram::from(contents).value_or(LatencyHistogram())) {}

Distribution::Distribution(Totals totals, std::optional<Figures> figures, std::string packed)
    : totals_(totals), figures_(figures), packed_(std::move(packed)) {}

Distribution::Figures Distribution::figures() const {
  return figures_ ? *figures_ : figures_of(histogram_of(*this));
}

std::optional<nanoseconds> Distribution::min() const {
  if (count() == 0) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(totals_.min));
}

std::optional<nanoseconds> Distribution::max() const {
  if (count() == 0) return std::nullopt;
  return nanoseconds(static_cast<std::int64_t>(totals_.max));
}

std::optional<double> Distribution::mean() const {
  if (count() == 0) return std::nullopt;
  return static_cast<double>(totals_.sum) / static_cast<double>(count());
}

std::optional<nanoseconds> Distribution::percentile(double q) const {
  const auto known = std::ranges::find(kQuantiles, q, &Quantile::share);
  if (known == kQuantiles.end() || !figures_) return histogram_of(*this).percentile(q);
  return figures_->percentiles[static_cast<std::size_t>(known - kQuantiles.begin())];
}

LatencyHistogram histogram_of(const Distribution& distribution) {
  const Distribution::Totals& totals = distribution.totals();
  auto buckets = unpack(distribution.packed());
  if (!buckets) return {};
  auto histogram = LatencyHistogram::from({.buckets = std::move(*buckets),
                                           .min = totals.min,
                                           .max = totals.max,
                                           .sum = totals.sum,
                                           .clamped = totals.clamped});
  return std::move(histogram).value_or(LatencyHistogram());
}

}  // namespace suite::results
