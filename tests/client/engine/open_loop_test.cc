#include "client/engine/open_loop.h"

#include <gtest/gtest.h>

namespace suite {
namespace {

using namespace std::chrono_literals;
using Due = OpenLoop::TimePoint;

constexpr Due kLoopStart{1h};

// A request each millisecond, for 100 ms; four connections, of which none is idle yet.
class OpenLoopTest : public testing::Test {
 protected:
  OpenLoopTest() {
    tally_.begin_window(kLoopStart, 0);
    loop_.begin(kLoopStart, kLoopStart + 100ms);
  }
  std::uint64_t take(std::uint64_t most, Due now) {
    const std::uint64_t count = loop_.take(connections_[0], most, now);
    quota_.issue(count);
    return count;
  }
  WorkerResult found() {
    tally_.end_window(kLoopStart + 100ms, {}, 0);
    return tally_.finish(0);
  }

  SeriesBoard board_{1};
  Tally tally_{{.rate = 1000}, board_};
  Quota quota_;
  OpenLoop loop_{
      {.rate = {.per_second = 1000}, .place = {}, .connections = 4, .timeout = 20ms}, tally_, quota_};
  Connections connections_{{.count = 1, .depth = 128}};
};

TEST_F(OpenLoopTest, WakesUpWhenARequestIsDueAndSomebodyIsIdle) {
  EXPECT_EQ(loop_.wake_up_time(), kLoopStart + 20ms);  // nobody is: it can only be shed
  loop_.offer(2, true);
  EXPECT_EQ(loop_.wake_up_time(), kLoopStart);
  EXPECT_EQ(take(9, kLoopStart), 1U);
  EXPECT_EQ(loop_.wake_up_time(), kLoopStart + 1ms);
}

TEST_F(OpenLoopTest, GivesNobodyATurnBeforeSomethingIsDue) {
  loop_.offer(0, true);
  EXPECT_FALSE(loop_.next_turn(kLoopStart - 1ns));
  EXPECT_TRUE(loop_.next_turn(kLoopStart));
}

TEST_F(OpenLoopTest, SharesWhatIsDueTogetherAmongThoseThatAreIdle) {
  for (const ConnectionId id : {3U, 1U, 0U}) loop_.offer(id, true);
  const auto turn = loop_.next_turn(kLoopStart + 6500us);  // seven are due
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->id, 3U);
  EXPECT_EQ(turn->share, 3U);
}

TEST_F(OpenLoopTest, StartsNoMoreThanAreDue) {
  EXPECT_EQ(take(5, kLoopStart + 2ms), 3U);
  EXPECT_EQ(connections_[0].starts.in_order().front().due, kLoopStart);
  EXPECT_EQ(connections_[0].starts.in_order().front().sent, kLoopStart + 2ms);
  EXPECT_EQ(take(5, kLoopStart + 2ms), 0U);
}

TEST_F(OpenLoopTest, HasNothingDueAtItsEndOrLater) {
  EXPECT_EQ(take(1000, kLoopStart + 10s), 100U);
  EXPECT_EQ(loop_.next_due(), Due::max());
  EXPECT_EQ(loop_.wake_up_time(), Due::max());
}

TEST_F(OpenLoopTest, HasNothingDueWithAllOfTheQuotaUnderWay) {
  quota_.begin(2);
  EXPECT_EQ(take(2, kLoopStart + 5ms), 2U);
  loop_.offer(0, true);
  EXPECT_FALSE(loop_.next_turn(kLoopStart + 5ms));
  quota_.begin(3);
  EXPECT_TRUE(loop_.next_turn(kLoopStart + 5ms));
}

TEST_F(OpenLoopTest, ShedsWhatWaitedATimeoutAndUsesUpTheQuotaWithIt) {
  quota_.begin(4);
  loop_.shed_overdue(kLoopStart + 21ms);  // those due at 0 and 1 ms
  EXPECT_EQ(loop_.next_due(), kLoopStart + 2ms);
  EXPECT_EQ(quota_.left(), 2U);
  loop_.shed_overdue(kLoopStart + 1s);
  EXPECT_TRUE(quota_.is_used_up());
  const WorkerResult result = found();
  EXPECT_EQ(result.rate->shed, 4U);
  EXPECT_EQ(result.counts.errors[ErrorKind::kTimeout], 4U);
  EXPECT_EQ(result.latency.count(), 4U);
}

TEST_F(OpenLoopTest, ShedsNoMoreAtOnceThanTold) {
  loop_.shed_overdue(kLoopStart + 1s, 3);
  EXPECT_EQ(found().rate->shed, 3U);
}

TEST_F(OpenLoopTest, TellsTheTallyHowFarBehindItsTimeTheLastRequestWasSent) {
  quota_.begin(4);
  take(3, kLoopStart + 2ms);
  take(1, kLoopStart + 7ms);
  tally_.end_window(kLoopStart + 8ms, {}, 0);
  loop_.end_window(kLoopStart, kLoopStart + 8ms, 4);
  const WorkerResult result = tally_.finish(0);
  EXPECT_EQ(result.measured, 8ms);
  EXPECT_EQ(result.rate->behind, 3ms) << "the next one would be due at 4 ms";
}

TEST_F(OpenLoopTest, RecordsWhatIsLeftAtItsAge) {
  take(1, kLoopStart);
  loop_.record_ages(connections_, kLoopStart + 2ms);
  loop_.record_waiting(kLoopStart + 2ms);
  EXPECT_TRUE(connections_[0].starts.empty());
  const WorkerResult result = found();
  EXPECT_EQ(result.latency.count(), 3U);
  EXPECT_EQ(result.latency.max(), 2ms);
  EXPECT_EQ(result.latency.min(), 0ms);
  EXPECT_EQ(result.counts.errors.total(), 0U);
}

}  // namespace
}  // namespace suite
