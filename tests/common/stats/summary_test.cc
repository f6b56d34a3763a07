#include "common/stats/summary.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <vector>

namespace suite {
namespace {

TEST(Median, IsTheMiddleOfAnOddNumberOfSamples) { EXPECT_EQ(median({5, 1, 3}), 3); }

TEST(Median, IsTheMeanOfTheTwoInTheMiddleOfAnEvenNumber) { EXPECT_EQ(median({4, 1, 2, 10}), 3); }

TEST(Median, OfOneSampleIsThatSample) { EXPECT_EQ(median({7}), 7); }

TEST(EstimateMedian, GivesTheSameIntervalForTheSameSeed) {
  const std::array<double, 5> samples{10, 12, 11, 15, 9};
  const Estimate first = estimate_median(samples, 1);
  const Estimate again = estimate_median(samples, 1);
  EXPECT_EQ(first.interval.low, again.interval.low);
  EXPECT_EQ(first.interval.high, again.interval.high);
}

TEST(EstimateMedian, OfOneSampleHasAnIntervalOfNoWidth) {
  const std::array<double, 1> samples{3};
  const Estimate estimate = estimate_median(samples, 1);
  EXPECT_EQ(estimate.value, 3);
  EXPECT_EQ(estimate.interval.low, 3);
  EXPECT_EQ(estimate.interval.high, 3);
}

TEST(EstimateMedian, StaysWithinTheSamples) {
  const std::array<double, 5> samples{10, 12, 11, 15, 9};
  const Estimate estimate = estimate_median(samples, 3);
  EXPECT_EQ(estimate.value, 11);
  EXPECT_EQ(estimate.interval.low, 9);
  EXPECT_EQ(estimate.interval.high, 15);
}

TEST(EstimateMedian, HoldsTheTrueMedianInAbout95OfAHundredCases) {
  std::mt19937_64 random(7);
  std::normal_distribution<double> noise(100, 5);
  int held = 0;
  constexpr int kCases = 200;
  for (int i = 0; i < kCases; ++i) {
    std::vector<double> samples(15);
    for (double& sample : samples) sample = noise(random);
    held += estimate_median(samples, static_cast<std::uint64_t>(i)).interval.contains(100) ? 1 : 0;
  }
  EXPECT_GE(held, kCases * 88 / 100);
}

TEST(EstimatePairedRatio, CancelsWhatSlowsAWholeRound) {
  const std::array<double, 5> base{100, 50, 200, 80, 120};
  const std::array<double, 5> samples{90, 45, 180, 72, 108};
  const Estimate ratio = estimate_paired_ratio(samples, base, 1);
  EXPECT_NEAR(ratio.value, 0.9, 1e-12);
  EXPECT_NEAR(ratio.interval.low, 0.9, 1e-12);
  EXPECT_NEAR(ratio.interval.high, 0.9, 1e-12);
  EXPECT_FALSE(ratio.interval.contains(1));
}

TEST(EstimatePairedRatio, ShowsNoDifferenceWhereRoundsDisagree) {
  const std::array<double, 5> base{100, 100, 100, 100, 100};
  const std::array<double, 5> samples{103, 98, 101, 97, 102};
  EXPECT_TRUE(estimate_paired_ratio(samples, base, 1).interval.contains(1));
}

}  // namespace
}  // namespace suite
