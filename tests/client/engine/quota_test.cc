#include "client/engine/quota.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

TEST(Quota, HasNoEndBeforeItBeginsNorWhereNoneWasGiven) {
  Quota quota;
  quota.issue(5);
  quota.settle(5);
  EXPECT_GT(quota.issuable(), UINT64_MAX / 2);
  quota.begin(std::nullopt);
  quota.use(1'000'000);
  EXPECT_GT(quota.issuable(), UINT64_MAX / 2);
  EXPECT_FALSE(quota.is_used_up());
}

TEST(Quota, IsSpokenForByWhatIsInFlight) {
  Quota quota;
  quota.begin(10);
  quota.issue(7);
  EXPECT_EQ(quota.issuable(), 3U);
  EXPECT_EQ(quota.left(), 10U);
  quota.settle(4);
  EXPECT_EQ(quota.issuable(), 3U);
  EXPECT_EQ(quota.in_flight(), 3U);
}

TEST(Quota, IsUsedUpByWhatIsOverHoweverItEnded) {
  Quota quota;
  quota.begin(3);
  quota.issue(2);
  quota.settle(2);
  EXPECT_FALSE(quota.is_used_up());
  quota.use(1);
  EXPECT_TRUE(quota.is_used_up());
  EXPECT_EQ(quota.issuable(), 0U);
}

TEST(Quota, LetsNothingBeIssuedWhereAWarmUpLeftMoreInFlight) {
  Quota quota;
  quota.issue(6);
  quota.begin(4);
  EXPECT_EQ(quota.issuable(), 0U);
  quota.settle(4);
  EXPECT_TRUE(quota.is_used_up());
  EXPECT_EQ(quota.in_flight(), 2U);
}

TEST(Quota, OfNothingIsUsedUpAtOnce) {
  Quota quota;
  quota.begin(0);
  EXPECT_TRUE(quota.is_used_up());
}

}  // namespace
}  // namespace suite
