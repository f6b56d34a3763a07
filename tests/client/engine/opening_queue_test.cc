#include "client/engine/opening_queue.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;

TEST(OpeningQueue, NeverHasMoreHandshakesInFlightThanItsBurst) {
  OpeningQueue queue(2);
  for (ConnectionId id = 0; id < 4; ++id) queue.push(id);
  EXPECT_EQ(queue.start_next(), 0U);
  EXPECT_EQ(queue.start_next(), 1U);
  EXPECT_FALSE(queue.can_start());
  EXPECT_FALSE(queue.start_next());
  queue.finished();
  EXPECT_TRUE(queue.can_start());
  EXPECT_EQ(queue.start_next(), 2U);
  EXPECT_FALSE(queue.start_next());
}

TEST(ReopeningDelay, DoublesFromAMillisecondToASecond) {
  EXPECT_EQ(reopening_delay(0), 0ms);
  EXPECT_EQ(reopening_delay(1), 1ms);
  EXPECT_EQ(reopening_delay(2), 2ms);
  EXPECT_EQ(reopening_delay(10), 512ms);
  EXPECT_EQ(reopening_delay(11), 1000ms);
  EXPECT_EQ(reopening_delay(4'000'000'000), 1000ms);
}

}  // namespace
}  // namespace suite
