#include "servers/loops/accept_gate.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

class AcceptGateTest : public testing::Test {
 protected:
  AcceptGate::TimePoint now_{1h};
  LoopLimits limits_{.max_connections = 2};
  WorkerTotals totals_;
  AcceptGate gate_{limits_, totals_};
};

TEST_F(AcceptGateTest, CountsHowOftenTheBoundIsReached) {
  for (const std::size_t connections : {1, 2, 2, 1, 2}) gate_.open(connections, now_);
  EXPECT_EQ(totals_.bound_reached, 2U);
}

TEST_F(AcceptGateTest, IsOpenBelowTheBoundOnConnections) {
  EXPECT_TRUE(gate_.open(0, now_));
  EXPECT_TRUE(gate_.open(1, now_));
  EXPECT_FALSE(gate_.open(2, now_));
}

TEST_F(AcceptGateTest, ClosesForAWhileWhenDescriptorsRanOut) {
  gate_.on_exhausted(now_);
  EXPECT_FALSE(gate_.open(0, now_));
  ASSERT_TRUE(gate_.opens_at());
  EXPECT_TRUE(gate_.open(0, *gate_.opens_at()));
  EXPECT_EQ(totals_.accept_pauses, 1U);
}

TEST_F(AcceptGateTest, OpensWhenAConnectionClosed) {
  gate_.on_exhausted(now_);
  gate_.on_close();
  EXPECT_TRUE(gate_.open(0, now_));
}

TEST_F(AcceptGateTest, NamesNoTimeToWaitForOnceThePauseIsOver) {
  gate_.on_exhausted(now_);
  now_ = *gate_.opens_at();
  EXPECT_FALSE(gate_.open(2, now_)) << "still at the bound";
  EXPECT_EQ(gate_.opens_at(), std::nullopt) << "a time that has passed makes a loop spin";
}

}  // namespace
}  // namespace suite
