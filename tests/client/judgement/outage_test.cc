#include "client/judgement/outage.h"

#include <gtest/gtest.h>

#include <vector>

namespace suite {
namespace {

using namespace std::chrono_literals;

SeriesPoint answered(std::uint64_t completed) { return {.length = 1s, .completed = completed}; }
SeriesPoint failed() { return {.length = 1s, .completed = 0, .errors = 3}; }

TEST(Outage, UntilTheEndIsThatOfAServerThatDied) {
  const auto outage =
      longest_outage(std::vector{answered(1000), answered(1000), answered(200), failed(), failed()});
  ASSERT_TRUE(outage);
  EXPECT_EQ(outage->from, 3s);
  EXPECT_EQ(outage->to, 5s);
  EXPECT_TRUE(outage->until_the_end);
  EXPECT_DOUBLE_EQ(outage->rate_before, 1000) << "the second in which it died is no whole one";
}

TEST(Outage, IsTheLongestOfSeveral) {
  const auto outage =
      longest_outage(std::vector{answered(5), failed(), answered(5), failed(), failed(), answered(5)});
  ASSERT_TRUE(outage);
  EXPECT_EQ(outage->from, 3s);
  EXPECT_EQ(outage->to, 5s);
  EXPECT_FALSE(outage->until_the_end);
}

TEST(Outage, IsNoneWithoutAReplyBeforeItOrAnErrorInIt) {
  EXPECT_FALSE(longest_outage(std::vector{failed(), failed()}));
  EXPECT_FALSE(longest_outage(std::vector{answered(5), answered(0), answered(0)})) << "nothing was due";
  EXPECT_FALSE(longest_outage(std::vector{answered(5), answered(5)}));
  EXPECT_FALSE(longest_outage({}));
}

TEST(Outage, MayBeginRightAfterTheFirstSecond) {
  const auto outage = longest_outage(std::vector{answered(300), failed()});
  ASSERT_TRUE(outage);
  EXPECT_DOUBLE_EQ(outage->rate_before, 300);
}

}  // namespace
}  // namespace suite
