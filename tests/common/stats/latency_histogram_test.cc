#include "common/stats/latency_histogram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace suite {
namespace {

using std::chrono::nanoseconds;

// Latencies as they come: most near 50 us, a long tail, some of a few ns and some of seconds.
std::vector<std::int64_t> samples(std::size_t count, unsigned seed) {
  std::mt19937_64 dice(seed);
  std::lognormal_distribution<double> shape(std::log(50e3), 2.5);
  std::vector<std::int64_t> values(count);
  for (auto& value : values) value = std::min<std::int64_t>(std::llround(shape(dice)), 1'000'000'000'000);
  return values;
}

LatencyHistogram histogram_of(const std::vector<std::int64_t>& values) {
  LatencyHistogram histogram;
  for (const auto value : values) histogram.record(nanoseconds(value));
  return histogram;
}

TEST(LatencyHistogram, IsEmptyAtFirstAndSaysNothing) {
  const LatencyHistogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_FALSE(histogram.min() || histogram.max() || histogram.mean() || histogram.stddev());
  EXPECT_FALSE(histogram.percentile(0.5));
  EXPECT_TRUE(histogram.buckets().empty());
}

TEST(LatencyHistogram, AgreesWithSortedSamplesToThreeDigits) {
  std::vector<std::int64_t> values = samples(20'000, 1);
  const LatencyHistogram histogram = histogram_of(values);
  std::ranges::sort(values);
  for (const double q : {0.0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999}) {
    const auto rank = static_cast<std::size_t>(std::max(1.0, std::ceil(q * 20'000 - 1e-6)));
    const auto exact = static_cast<double>(values[rank - 1]);
    EXPECT_NEAR(static_cast<double>(histogram.percentile(q)->count()), exact, exact / 1000 + 1e-9) << q;
  }
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / 20'000;
  EXPECT_EQ(histogram.min()->count(), values.front());
  EXPECT_EQ(histogram.max()->count(), values.back());
  EXPECT_NEAR(*histogram.mean(), mean, mean * 1e-12);
  double squares = 0;
  for (const auto value : values) squares += std::pow(static_cast<double>(value) - mean, 2);
  EXPECT_NEAR(*histogram.stddev(), std::sqrt(squares / 20'000), *histogram.stddev() / 1000);
}

TEST(LatencyHistogram, GivesAPercentileOnlyWhenTheCountSupportsIt) {
  LatencyHistogram histogram;
  histogram.record(nanoseconds(5), 99);
  EXPECT_TRUE(histogram.percentile(0.5));
  EXPECT_FALSE(histogram.percentile(0.99));
  histogram.record(nanoseconds(5));
  EXPECT_TRUE(histogram.percentile(0.99));
  EXPECT_FALSE(histogram.percentile(0.999));
  histogram.record(nanoseconds(5), 900);
  EXPECT_TRUE(histogram.percentile(0.999));
  EXPECT_FALSE(histogram.percentile(1.0));
}

// Values 1 to `count` ns.
LatencyHistogram ascending(int count) {
  LatencyHistogram histogram;
  for (int value = 1; value <= count; ++value) histogram.record(nanoseconds(value));
  return histogram;
}

TEST(LatencyHistogram, GivesThePercentileOfTheRightRankWhereItsCountJustSupportsIt) {
  EXPECT_EQ(ascending(1).percentile(0.0), nanoseconds(1));
  EXPECT_FALSE(ascending(1).percentile(0.5)) << "none lies beyond it";
  EXPECT_EQ(ascending(2).percentile(0.5), nanoseconds(1));
  EXPECT_EQ(ascending(3).percentile(0.5), nanoseconds(2));
  EXPECT_FALSE(ascending(9).percentile(0.9));
  EXPECT_EQ(ascending(10).percentile(0.9), nanoseconds(9));
  EXPECT_FALSE(ascending(99).percentile(0.99));
  EXPECT_EQ(ascending(99).percentile(0.95), nanoseconds(95));  // rank 94.05
  EXPECT_EQ(ascending(100).percentile(0.99), nanoseconds(99));
  EXPECT_EQ(ascending(101).percentile(0.99), nanoseconds(100));  // rank 99.99
  EXPECT_FALSE(ascending(999).percentile(0.999));
  EXPECT_EQ(ascending(1000).percentile(0.999), nanoseconds(999));
  EXPECT_EQ(ascending(1000).percentile(0.99), nanoseconds(990));
}

TEST(LatencyHistogram, KeepsEveryNanosecondApartBelowTwoMicroseconds) {
  LatencyHistogram histogram;
  for (int value = 0; value < 2048; ++value) histogram.record(nanoseconds(value));
  EXPECT_EQ(histogram.buckets().size(), 2048U);
}

TEST(LatencyHistogram, PutsNeighboursOfEveryBucketBorderWhereTheyBelong) {
  for (std::uint64_t power = 2048; power <= LatencyHistogram::kLargest / 2; power *= 2) {
    LatencyHistogram histogram;
    histogram.record(nanoseconds(static_cast<std::int64_t>(power) - 1));
    histogram.record(nanoseconds(static_cast<std::int64_t>(power)));
    const auto buckets = histogram.buckets();
    ASSERT_EQ(buckets.size(), 2U) << power;
    EXPECT_EQ(buckets[1].lowest, power);
    EXPECT_LE(buckets[0].lowest, power - 1);
    EXPECT_GE(buckets[0].lowest, power - 1 - power / 1024);
  }
}

TEST(LatencyHistogram, ClampsWhatIsBeyondTheRangeAndCountsIt) {
  LatencyHistogram histogram;
  histogram.record(std::chrono::hours(2), 3);
  histogram.record(nanoseconds(-1));
  EXPECT_EQ(histogram.clamped(), 3U);
  EXPECT_EQ(histogram.max()->count(), static_cast<std::int64_t>(LatencyHistogram::kLargest));
  EXPECT_EQ(histogram.min()->count(), 0);
  EXPECT_GT(std::chrono::nanoseconds(LatencyHistogram::kLargest), std::chrono::hours(1));
}

TEST(LatencyHistogram, RecordsARunLikeItsSingleValues) {
  LatencyHistogram run, singles;
  run.record(nanoseconds(12'345), 1000);
  run.record(nanoseconds(1), 0);
  for (int i = 0; i < 1000; ++i) singles.record(nanoseconds(12'345));
  EXPECT_EQ(run, singles);
}

TEST(LatencyHistogram, MergesExactly) {
  const auto first = samples(5'000, 2), second = samples(3'000, 3);
  auto all = first;
  all.insert(all.end(), second.begin(), second.end());
  LatencyHistogram merged = histogram_of(first);
  merged.merge(histogram_of(second));
  EXPECT_EQ(merged, histogram_of(all));
  merged.merge(LatencyHistogram{});
  EXPECT_EQ(merged, histogram_of(all));
}

// The first and the last bucket that there are, and those of the extremes, are merged and cleared too.
TEST(LatencyHistogram, MergesAndClearsTheWholeOfItsRange) {
  LatencyHistogram ends;
  ends.record(nanoseconds(0), 3);
  ends.record(nanoseconds(LatencyHistogram::kLargest), 4);
  LatencyHistogram merged = histogram_of({50'000, 60'000});
  merged.merge(ends);
  EXPECT_EQ(merged.buckets().size(), 4U);
  EXPECT_EQ(merged.buckets().front(), (LatencyHistogram::Bucket{.lowest = 0, .count = 3}));
  EXPECT_EQ(merged.buckets().back().count, 4U);
  merged.clear();
  EXPECT_EQ(merged, LatencyHistogram{});
}

// A histogram of each second is merged into one of all and cleared.
TEST(LatencyHistogram, IsAsGoodAsNewAfterClear) {
  LatencyHistogram second, all;
  std::vector<std::int64_t> values;
  for (unsigned i = 0; i < 5; ++i) {
    const auto now = samples(200, 10 + i);
    values.insert(values.end(), now.begin(), now.end());
    for (const auto value : now) second.record(nanoseconds(value));
    EXPECT_EQ(second, histogram_of(now));
    all.merge(second);
    second.clear();
  }
  EXPECT_EQ(all, histogram_of(values));
}

TEST(LatencyHistogram, ComesBackFromItsContents) {
  LatencyHistogram histogram = histogram_of(samples(5'000, 4));
  histogram.record(std::chrono::hours(2));
  EXPECT_EQ(LatencyHistogram::from(histogram.contents()), histogram);
  EXPECT_EQ(LatencyHistogram::from(LatencyHistogram{}.contents()), LatencyHistogram{});
}

TEST(LatencyHistogram, RefusesContentsThatNoHistogramHas) {
  EXPECT_FALSE(LatencyHistogram::from({.buckets = {{.lowest = 2049, .count = 1}}, .min = 2049, .max = 2049}));
  EXPECT_FALSE(LatencyHistogram::from({.buckets = {{.lowest = UINT64_MAX, .count = 1}}}));
  EXPECT_FALSE(LatencyHistogram::from({.buckets = {{.lowest = 5, .count = 1}}, .min = 4, .max = 5}));
  const std::vector<LatencyHistogram::Bucket> three{
      {.lowest = 5, .count = 1}, {.lowest = 9, .count = 1}, {.lowest = 20, .count = 1}};
  EXPECT_TRUE(LatencyHistogram::from({.buckets = three, .min = 5, .max = 20}));
  EXPECT_FALSE(LatencyHistogram::from({.buckets = three, .min = 9, .max = 20}));
  EXPECT_FALSE(LatencyHistogram::from({.buckets = three, .min = 5, .max = 9}));
}

TEST(LatencyHistogram, IsEmptyAgainAfterClear) {
  LatencyHistogram histogram = histogram_of(samples(100, 5));
  histogram.clear();
  EXPECT_EQ(histogram, LatencyHistogram{});
}

// The middle of a bucket is not the value: one sample of 2.19 ms would deviate by half a bucket.
TEST(LatencyHistogram, OfEqualValuesDoesNotDeviate) {
  for (const std::int64_t given : {1, 88'901, 2'190'001, 1'987'654'321}) {
    const std::chrono::nanoseconds value(given);
    LatencyHistogram histogram;
    histogram.record(value);
    EXPECT_EQ(histogram.stddev(), 0.0) << given;
    EXPECT_EQ(histogram.mean(), static_cast<double>(given));
    histogram.record(value, 1000);
    EXPECT_EQ(histogram.stddev(), 0.0) << given;
  }
}

}  // namespace
}  // namespace suite
