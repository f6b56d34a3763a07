#include "common/stats/summary.h"

#include <gtest/gtest.h>

#include <vector>

namespace suite {
namespace {

TEST(Median, IsTheMiddleOfAnOddNumberOfSamples) { EXPECT_EQ(median({5, 1, 3}), 3); }

TEST(Median, IsTheMeanOfTheTwoInTheMiddleOfAnEvenNumber) { EXPECT_EQ(median({4, 1, 2, 10}), 3); }

TEST(Median, OfOneSampleIsThatSample) { EXPECT_EQ(median({7}), 7); }

// The ranks are those of the tables of the sign test.
TEST(MedianInterval, IsBetweenTheOrderStatisticsOfTheSignTest) {
  std::vector<double> samples;
  for (int i = 1; i <= 5; ++i) samples.push_back(i);
  EXPECT_FALSE(median_interval(samples));
  samples.push_back(6);
  EXPECT_EQ(median_interval(samples)->low, 1);
  EXPECT_EQ(median_interval(samples)->high, 6);
  for (int i = 10; i >= 7; --i) samples.push_back(i);
  EXPECT_EQ(median_interval(samples)->low, 2);
  EXPECT_EQ(median_interval(samples)->high, 9);
  for (int i = 11; i <= 30; ++i) samples.push_back(i);
  EXPECT_EQ(median_interval(samples)->low, 10);
  EXPECT_EQ(median_interval(samples)->high, 21);
}

TEST(MedianInterval, OfNothingIsNothing) { EXPECT_FALSE(median_interval({})); }

}  // namespace
}  // namespace suite
