#include "common/stats/summary.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(Median, IsTheMiddleOfAnOddNumberOfSamples) { EXPECT_EQ(median({5, 1, 3}), 3); }

TEST(Median, IsTheMeanOfTheTwoInTheMiddleOfAnEvenNumber) { EXPECT_EQ(median({4, 1, 2, 10}), 3); }

TEST(Median, OfOneSampleIsThatSample) { EXPECT_EQ(median({7}), 7); }

}  // namespace
}  // namespace suite
