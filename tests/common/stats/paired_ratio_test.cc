#include "common/stats/paired_ratio.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace suite {
namespace {

// The critical values of the signed-rank statistic for a two-sided level of 5 %, as tables have them: the
// interval starts one above.
TEST(SignedRankIntervalStart, IsThatOfTheTables) {
  for (std::size_t pairs = 1; pairs < kFewestPairs; ++pairs) EXPECT_EQ(signed_rank_interval_start(pairs), 0U);
  EXPECT_EQ(signed_rank_interval_start(6), 1U);
  EXPECT_EQ(signed_rank_interval_start(7), 3U);
  EXPECT_EQ(signed_rank_interval_start(8), 4U);
  EXPECT_EQ(signed_rank_interval_start(9), 6U);
  EXPECT_EQ(signed_rank_interval_start(10), 9U);
  EXPECT_EQ(signed_rank_interval_start(20), 53U);
  EXPECT_EQ(signed_rank_interval_start(30), 138U);
}

TEST(SignedRankIntervalStart, GoesOnWhereExactCountingEnds) {
  const std::size_t counted = signed_rank_interval_start(100), approximated = signed_rank_interval_start(101);
  EXPECT_GT(approximated, counted);
  EXPECT_LT(approximated, counted + 60);
}

TEST(PairedRatio, CancelsWhatSlowsAWholeRound) {
  const std::array<double, 6> base{100, 50, 200, 80, 120, 10};
  const std::array<double, 6> samples{90, 45, 180, 72, 108, 9};
  const PairedRatio ratio = paired_ratio(samples, base);
  EXPECT_NEAR(ratio.value, 0.9, 1e-12);
  ASSERT_TRUE(ratio.interval);
  EXPECT_NEAR(ratio.interval->low, 0.9, 1e-12);
  EXPECT_NEAR(ratio.interval->high, 0.9, 1e-12);
  EXPECT_TRUE(ratio.shows_difference());
}

TEST(PairedRatio, IsTheMedianOfWalshAverages) {
  const std::array<double, 3> base{1, 1, 1};
  const std::array<double, 3> samples{std::exp(1.0), std::exp(2.0), std::exp(6.0)};
  // 1, 1.5, 2, 3.5, 4, 6
  EXPECT_NEAR(std::log(paired_ratio(samples, base).value), 2.75, 1e-12);
}

TEST(PairedRatio, ClaimsNothingFromFewerThanSixPairs) {
  const std::array<double, 5> base{100, 100, 100, 100, 100};
  const std::array<double, 5> samples{50, 50, 50, 50, 50};
  const PairedRatio ratio = paired_ratio(samples, base);
  EXPECT_FALSE(ratio.interval);
  EXPECT_FALSE(ratio.shows_difference());
  EXPECT_NEAR(ratio.value, 0.5, 1e-12);
}

TEST(PairedRatio, IsTheReciprocalTheOtherWayRound) {
  const std::array<double, 7> base{100, 103, 98, 101, 97, 99, 105};
  const std::array<double, 7> samples{90, 95, 99, 93, 91, 88, 96};
  const PairedRatio ratio = paired_ratio(samples, base), other = paired_ratio(base, samples);
  EXPECT_NEAR(ratio.value * other.value, 1, 1e-12);
  EXPECT_NEAR(ratio.interval->low * other.interval->high, 1, 1e-12);
}

enum class Noise { kNormal, kHeavyTailed };

// Of two equals, or of one that is `ratio` times the other: with noise of so much, and a slow machine in some
// rounds.
std::vector<double> round_of(std::mt19937_64& random, std::size_t rounds, Noise noise, double deviation,
                             double ratio) {
  std::normal_distribution<double> normal(0, deviation);
  std::student_t_distribution<double> heavy(2);
  std::vector<double> samples(rounds);
  for (double& sample : samples) {
    sample = 1000 * ratio * std::exp(noise == Noise::kNormal ? normal(random) : deviation * heavy(random));
  }
  return samples;
}

class PairedRatioCoverage : public testing::TestWithParam<std::size_t> {};

TEST_P(PairedRatioCoverage, HoldsTheTruthInAtLeast94OfAHundredCases) {
  constexpr int kCases = 4000;
  for (const Noise noise : {Noise::kNormal, Noise::kHeavyTailed}) {
    std::mt19937_64 random(GetParam());
    int held = 0, claimed = 0;
    for (int i = 0; i < kCases; ++i) {
      const auto base = round_of(random, GetParam(), noise, 0.05, 1);
      const auto samples = round_of(random, GetParam(), noise, 0.05, 1);
      const PairedRatio ratio = paired_ratio(samples, base);
      held += ratio.interval->contains(1) ? 1 : 0;
      claimed += ratio.shows_difference() ? 1 : 0;
    }
    EXPECT_GE(held, kCases * 94 / 100) << GetParam();
    EXPECT_LE(claimed, kCases * 6 / 100) << GetParam() << ": 5, and what chance makes of it";
  }
}
INSTANTIATE_TEST_SUITE_P(Rounds, PairedRatioCoverage, testing::Values(6, 7, 8, 10, 14, 20, 30));

TEST(PairedRatio, ClaimsADifferenceOfEqualsInAtMost5OfAHundredCases) {
  std::mt19937_64 random(11);
  int cases = 0, claimed = 0;
  for (std::size_t rounds = kFewestPairs; rounds <= 30; ++rounds) {
    for (const Noise noise : {Noise::kNormal, Noise::kHeavyTailed}) {
      for (int i = 0; i < 400; ++i, ++cases) {
        const auto base = round_of(random, rounds, noise, 0.05, 1);
        claimed += paired_ratio(round_of(random, rounds, noise, 0.05, 1), base).shows_difference() ? 1 : 0;
      }
    }
  }
  EXPECT_LE(claimed, cases * 5 / 100);
}

// Of a thousand comparisons over ten rounds, in how many a slowdown of 5 % is shown.
int found_slowdowns(double noise_of_either) {
  std::mt19937_64 random(5);
  constexpr int kCases = 1000;
  int found = 0;
  for (int i = 0; i < kCases; ++i) {
    const auto base = round_of(random, 10, Noise::kNormal, noise_of_either, 1);
    const auto samples = round_of(random, 10, Noise::kNormal, noise_of_either, 0.95);
    const PairedRatio ratio = paired_ratio(samples, base);
    found += ratio.shows_difference() && ratio.value < 1 ? 1 : 0;
  }
  return found;
}

TEST(PairedRatio, FindsASlowdownOf5PercentAt3PercentNoiseInTenRounds) {
  EXPECT_GE(found_slowdowns(0.03 / std::sqrt(2)), 900) << "3 % of their ratio";
  EXPECT_GE(found_slowdowns(0.03), 850) << "3 % of either is 4.2 % of their ratio";
}

}  // namespace
}  // namespace suite
