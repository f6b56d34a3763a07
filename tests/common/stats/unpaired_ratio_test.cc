#include "common/stats/unpaired_ratio.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace suite {
namespace {

// One above the critical values of U for a two-sided level of 5 %, as tables have them.
TEST(MannWhitneyIntervalStart, IsThatOfTheTables) {
  EXPECT_EQ(mann_whitney_interval_start(3, 3), 0U);
  EXPECT_EQ(mann_whitney_interval_start(5, 5), 3U);
  EXPECT_EQ(mann_whitney_interval_start(6, 6), 6U);
  EXPECT_EQ(mann_whitney_interval_start(8, 8), 14U);
  EXPECT_EQ(mann_whitney_interval_start(7, 9), 13U);
  EXPECT_EQ(mann_whitney_interval_start(9, 7), 13U);
  EXPECT_EQ(mann_whitney_interval_start(10, 10), 24U);
  EXPECT_EQ(mann_whitney_interval_start(20, 20), 128U);
}

TEST(MannWhitneyIntervalStart, GoesOnWhereExactCountingEnds) {
  const std::size_t counted = mann_whitney_interval_start(50, 50),
                    approximated = mann_whitney_interval_start(51, 51);
  EXPECT_GT(approximated, counted);
  EXPECT_LT(approximated, counted + 60);
}

TEST(UnpairedRatio, IsTheMedianOfAllRatios) {
  const std::array<double, 3> samples{2, 4, 8};
  const std::array<double, 2> base{1, 2};
  // 1, 2, 2, 4, 4, 8
  EXPECT_NEAR(unpaired_ratio(samples, base).value, std::sqrt(8), 1e-12);
}

TEST(UnpairedRatio, ClaimsNothingFromFewerThanSixOfEither) {
  const std::array<double, 5> few{50, 51, 49, 50, 52};
  const std::array<double, 9> many{100, 101, 99, 100, 100, 102, 98, 100, 101};
  EXPECT_FALSE(unpaired_ratio(few, many).shows_difference());
  EXPECT_FALSE(unpaired_ratio(many, few).interval);
  EXPECT_EQ(unpaired_ratio(few, many).pairs, 5U);
  EXPECT_TRUE(unpaired_ratio(std::span(many).first(6), std::array<double, 6>{50, 51, 49, 50, 52, 50})
                  .shows_difference());
}

TEST(UnpairedRatio, IsTheReciprocalTheOtherWayRound) {
  const std::array<double, 6> one{90, 95, 99, 93, 91, 88};
  const std::array<double, 8> other{100, 103, 98, 101, 97, 99, 105, 102};
  const PairedRatio ratio = unpaired_ratio(one, other), inverse = unpaired_ratio(other, one);
  EXPECT_NEAR(ratio.value * inverse.value, 1, 1e-12);
  EXPECT_NEAR(ratio.interval->low * inverse.interval->high, 1, 1e-12);
}

std::vector<double> noisy(std::mt19937_64& random, std::size_t count, bool heavy_tailed, double deviation,
                          double ratio = 1) {
  std::normal_distribution<double> normal(0, deviation);
  std::student_t_distribution<double> heavy(2);
  std::vector<double> samples(count);
  for (double& sample : samples) {
    sample = 1000 * ratio * std::exp(heavy_tailed ? deviation * heavy(random) : normal(random));
  }
  return samples;
}

class UnpairedRatioCoverage : public testing::TestWithParam<std::size_t> {};

// So of equals at most 5 % look different, but for what chance makes of 2,000 cases.
TEST_P(UnpairedRatioCoverage, HoldsTheTruthInAtLeast94OfAHundredCases) {
  constexpr int kCases = 2000;
  for (const bool heavy_tailed : {false, true}) {
    const std::size_t others = heavy_tailed ? GetParam() + 3 : GetParam();
    std::mt19937_64 random(GetParam());
    int held = 0;
    for (int i = 0; i < kCases; ++i) {
      const auto base = noisy(random, GetParam(), heavy_tailed, 0.05);
      const auto samples = noisy(random, others, heavy_tailed, 0.05, 0.9);
      held += unpaired_ratio(samples, base).interval->contains(0.9) ? 1 : 0;
    }
    EXPECT_GE(held, kCases * 94 / 100) << GetParam() << " and " << others;
  }
}
INSTANTIATE_TEST_SUITE_P(Rounds, UnpairedRatioCoverage, testing::Values(6, 7, 8, 10, 14, 20, 30));

TEST(UnpairedRatio, FindsASlowdownOf5PercentAt3PercentNoiseInTenRounds) {
  std::mt19937_64 random(5);
  constexpr int kCases = 1000;
  int found = 0;
  for (int i = 0; i < kCases; ++i) {
    const auto base = noisy(random, 10, false, 0.03);
    const PairedRatio ratio = unpaired_ratio(noisy(random, 10, false, 0.03, 0.95), base);
    found += ratio.shows_difference() && ratio.value < 1 ? 1 : 0;
  }
  EXPECT_GE(found, kCases * 90 / 100);
}

}  // namespace
}  // namespace suite
