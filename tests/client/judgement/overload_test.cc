#include "client/judgement/overload.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

LoadResult sent_of_a_thousand(std::uint64_t sent) {
  LoadResult result;
  result.measured = 1s;
  result.rate = RateResult{.asked = 1000, .achieved = static_cast<double>(sent), .sent = sent, .due = 1000};
  return result;
}

TEST(Overload, IsWhereMuchOfTheRateWasNotReached) {
  EXPECT_TRUE(overloaded(sent_of_a_thousand(440)));
  EXPECT_DOUBLE_EQ(*share_of_rate_reached(sent_of_a_thousand(440)), 0.44);
  EXPECT_FALSE(overloaded(sent_of_a_thousand(980))) << "a stall at the end";
  EXPECT_DOUBLE_EQ(*share_of_rate_reached(sent_of_a_thousand(980)), 0.98);
}

TEST(Overload, IsNoneWhereTheRateWasMetOrThereWasNone) {
  EXPECT_FALSE(share_of_rate_reached(sent_of_a_thousand(996)));
  EXPECT_FALSE(overloaded(sent_of_a_thousand(1000)));
  EXPECT_FALSE(overloaded(LoadResult{.measured = 1s}));
  EXPECT_FALSE(share_of_rate_reached(LoadResult{.measured = 1s}));
}

TEST(Overload, OfANumberOfRequestsIsHowLateTheLastWasSent) {
  LoadResult result = sent_of_a_thousand(1000);
  result.rate->behind = 600ms;
  EXPECT_DOUBLE_EQ(*share_of_rate_reached(result), 0.4);
  EXPECT_TRUE(overloaded(result));
  result.rate->behind = 60s;
  EXPECT_DOUBLE_EQ(*share_of_rate_reached(result), 0);
}

}  // namespace
}  // namespace suite
